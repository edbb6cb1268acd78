const bars = 'M7 24 12 8h4l-5 16zM14 24l5-16h4l-5 16zM21 24l5-16h2.5v4L25 24z';
const square = 'M8 0h16a8 8 0 0 1 8 8v16a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8V8a8 8 0 0 1 8-8z';
const colour = '#c4122f';

/** The mark: three lanes at a start line. It stands beside the name and says nothing by itself. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <path fill={colour} d={square} />
      <path fill="#fff" d={bars} />
    </svg>
  );
}

/** The mark as an address for `<link rel="icon">`; the Content-Security-Policy allows images from `data:`. */
export const iconUrl = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${colour}" d="${square}"/><path fill="#fff" d="${bars}"/></svg>`,
)}`;
