// Shows the API's own description. The viewer comes with a package; nothing is fetched from elsewhere.
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
