// Starts Swagger UI. Whoever signs in with "Execute" is signed in for the page, and stays so: the token is put under
// "Authorize", and the next one is fetched before it expires. The refresh token is kept in this page's memory alone.
window.onload = () => {
  // Light or dark, as the other pages here and everything else on the reader's screen.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const shade = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  shade();
  dark.addEventListener("change", shade);

  const signIns = ["/v1/auth/login", "/v1/auth/refresh"];
  let timer;

  const signedIn = ({ access_token, refresh_token, expires_in }) => {
    window.ui.preauthorizeApiKey("sign_in", access_token);
    clearTimeout(timer);
    timer = setTimeout(() => refresh(refresh_token), Math.max(expires_in - 30, 1) * 1000);
  };

  const refresh = async (refresh_token) => {
    const response = await fetch("../v1/auth/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token }),
    });
    if (response.ok) signedIn(await response.json());
  };

  const afterwards = (response) => {
    const path = new URL(response.url, window.location.href).pathname;
    if (response.ok && signIns.some((it) => path.endsWith(it))) signedIn(JSON.parse(response.text));
    if (response.ok && path.endsWith("/v1/auth/logout")) {
      clearTimeout(timer);
      window.ui.authActions.logout(["sign_in"]);
    }
    return response;
  };

  window.ui = SwaggerUIBundle({
    url: "../openapi.json",
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    // Without the bar that loads other documents: there is one here.
    layout: "BaseLayout",
    // Nothing is sent to a validator elsewhere, and no query can swap the document for another.
    validatorUrl: "none",
    queryConfigEnabled: false,
    deepLinking: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    requestSnippetsEnabled: true,
    displayRequestDuration: true,
    filter: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    responseInterceptor: afterwards,
  });
};
