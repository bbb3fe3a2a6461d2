// Runs in the page of the scorecard: the contrast of each kind of text with its background, by WCAG 2.2.
(() => {
  const rgb = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = rgb(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return rgb(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
  };
  const ratios = {};
  for (const element of document.body.querySelectorAll('*')) {
    const text = luminance(getComputedStyle(element).color);
    const back = luminance(behind(element));
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    const name = `${element.tagName.toLowerCase()} ${element.className}`;
    ratios[name] = Math.min(ratios[name] ?? Number.POSITIVE_INFINITY, ratio);
  }
  return ratios;
})();
