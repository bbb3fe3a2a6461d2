/** The value of a promise, or `otherwise` if it fails or takes longer: a page that has crashed never answers. */
export async function bounded<T>(promise: Promise<T>, timeout: number, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, timeout, otherwise);
  });
  try {
    return await Promise.race([promise.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
