// GraphiQL itself: requests carry what the bar says; documentation is loaded with a token of its own.
"use strict";

(() => {
  const { offer, token, headers, documentationToken, onChange } = window.inquiry;
  const outcome = document.getElementById("outcome");

  const asksSchemaOnly = ({ operationName, query }) => operationName === "IntrospectionQuery" && /__schema/.test(query);

  async function fetcher(params, options = {}) {
    const forDocumentation = asksSchemaOnly(params);
    const bearer = forDocumentation ? documentationToken() : token();
    const began = performance.now();
    const response = await fetch(window.location.pathname, {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json;q=0.9",
        ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
        ...(forDocumentation ? {} : headers()),
        ...(options.headers ?? {}),
      },
      body: JSON.stringify(params),
    });
    const answer = await response.json();
    if (!forDocumentation) tell(response, answer, Math.round(performance.now() - began));
    return answer;
  }

  function tell(response, answer, milliseconds) {
    const counts = new Map();
    for (const { extensions } of answer.errors ?? []) {
      const code = extensions?.code ?? "ERROR";
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const codes = [...counts].map(([code, count]) => (count > 1 ? `${code} ×${count}` : code));
    outcome.className = response.ok ? (codes.length ? "partial" : "complete") : "failed";
    outcome.textContent = [
      `${response.status} in ${milliseconds} ms`,
      codes.join(", ") || "nothing refused",
      response.status === 401 ? "reload the page for fresh tokens · 请刷新页面" : "",
      `request ${(response.headers.get("X-Request-Id") ?? "").slice(0, 8)}`,
    ]
      .filter(Boolean)
      .join(" · ");
  }

  // GraphiQL takes the first tab's variables from its storage alone.
  if (localStorage.getItem("graphiql:tabState") === null) {
    localStorage.setItem("graphiql:variables", offer.examples[0].variables);
  }

  function Page() {
    const [loaded, setLoaded] = React.useState(documentationToken());
    React.useEffect(() => onChange(() => setLoaded(documentationToken())), []);
    return React.createElement(
      GraphiQL,
      {
        key: loaded ?? "none",
        fetcher,
        defaultQuery: offer.examples[0].query,
        defaultTabs: offer.examples,
        defaultEditorToolsVisibility: "variables",
        shouldPersistHeaders: false,
        showPersistHeadersSettings: false,
      },
      React.createElement(GraphiQL.Logo, null, React.createElement("span")),
    );
  }

  ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(Page));
})();
