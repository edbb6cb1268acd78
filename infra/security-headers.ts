/**
 * The Content-Security-Policy of every page: own scripts and styles only, nothing inline, no frames. `connect`
 * names what scripts may call besides the own origin: for the console the staff directory. A form may lead to
 * Stripe's payment page. Inline data (`<script type="application/json">`) is not executed and stays allowed.
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    ['connect-src', "'self'", ...connect].join(' '),
    "form-action 'self' https://checkout.stripe.com",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
