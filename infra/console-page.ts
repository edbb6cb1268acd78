/**
 * Runs at the edge before the bucket is asked, as JavaScript of CloudFront: every address of the staff console
 * that is no file is its one page.
 */
export const consolePage = `function handler(event) {
  var request = event.request;
  var last = request.uri.slice(request.uri.lastIndexOf('/'));
  if (!last.includes('.')) request.uri = '/console/index.html';
  return request;
}
`;
