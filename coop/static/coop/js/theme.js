// Runs before the first paint: the theme a person chose on this device, and the mark that scripts are on.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be refused: the device's theme is used.
  }
})();
