/** The URL as the server saw it, put in front of the bundle by answer.ts. */
declare const TTQ_SCRIPT_URL: string;

export interface Script {
  /** The pixel id of `?sdkid=`. */
  pixel: string | undefined;
  /** Name of the global that the SDK takes over: `?lib=`, or what the base code left on the window. */
  global: string;
}

/**
 * What this script was asked for. document.currentScript is null in a module or worker, and another script's when the
 * page fetched the text and ran it itself; the server's view is the second choice.
 */
export function readScript(): Script {
  const sources = [currentSource(), TTQ_SCRIPT_URL].map(parameters);
  const chosen = sources.find((source) => source.has('sdkid')) ?? sources[1]!;
  return {
    pixel: chosen.get('sdkid')?.trim() || undefined,
    global:
      chosen.get('lib') || (window as { TiktokAnalyticsObject?: string }).TiktokAnalyticsObject || 'ttq',
  };
}

function currentSource(): string {
  const script = document.currentScript;
  return script !== null && 'src' in script ? String(script.src) : '';
}

function parameters(url: string): URLSearchParams {
  try {
    return new URL(url).searchParams;
  } catch {
    return new URLSearchParams();
  }
}
