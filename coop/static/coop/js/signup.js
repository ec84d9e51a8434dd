// The handle follows the name until the person writes one.

const handle = document.querySelector("input[name=handle]");
let written = Boolean(handle?.value);

handle?.addEventListener("input", () => { written = handle.value !== ""; });
document.addEventListener("htmx:afterSwap", (event) => {
  const suggestion = document.getElementById("handle-suggestion")?.dataset.suggestion;
  if (event.detail.requestConfig?.path && suggestion && handle && !written) handle.value = suggestion;
});
