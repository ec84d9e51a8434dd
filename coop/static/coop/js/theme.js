// Runs before the first paint: the theme a visitor chose on this device, and the mark that scripts are on.
// A person with an account chooses in the settings, and the page comes with it.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if ("account" in root.dataset) return;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be refused: the device's theme is used.
  }
})();
