// Keeps a page current: asks this program whether a file was saved, and shows the page anew without losing the place in it.
(() => {
  "use strict";
  const main = () => document.getElementById("main");
  const news = (words) => { document.getElementById("news").textContent = words; };
  let touched = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form.change-form, form.type, form.choose")) touched = true;
  });
  document.addEventListener("submit", (event) => {
    const wait = event.target.dataset.wait;
    const button = event.submitter;
    if (wait && button) { button.textContent = wait; button.setAttribute("aria-busy", "true"); }
  });

  const fetched = async () => {
    const again = document.getElementById(main().dataset.again || "");
    if (!again) return fetch(location.href, { cache: "no-store" });
    return fetch(again.action, { method: "POST", body: new URLSearchParams(new FormData(again)) });
  };

  const renew = async (number) => {
    const isForm = document.querySelector("form.change-form, form.save, form.undo");
    if (touched || (isForm && !main().dataset.again)) {
      if (Number(main().dataset.number) !== number) news("A file was saved meanwhile. This page stays as it is until you go on.");
      return;
    }
    const answer = await fetched();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!fresh || touched) return; // somebody began to type while it was fetched: their words stay
    const focused = document.activeElement && document.activeElement.id;
    const open = [...main().querySelectorAll("details[open] > summary")].map((item) => item.textContent);
    main().replaceWith(document.adoptNode(fresh));
    document.querySelector("header").replaceWith(document.adoptNode(page.querySelector("header")));
    for (const item of main().querySelectorAll("details > summary")) {
      if (open.includes(item.textContent)) item.parentElement.open = true;
    }
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
    news(document.getElementById("broken") ? "A saved file broke the pack. The faults are at the top." : "This page is up to date.");
  };

  const ask = async () => {
    let wait = 700;
    try {
      const answer = await fetch("/now", { cache: "no-store" });
      const { number } = await answer.json();
      if (number !== Number(main().dataset.number)) await renew(number);
    } catch {
      news("The program behind this page has stopped. Start it again, then load this page.");
      wait = 3000;
    }
    setTimeout(ask, document.hidden ? 3000 : wait);
  };
  setTimeout(ask, 700);
  if (main().dataset.again) main().querySelector(".talk .bubble")?.scrollIntoView({ block: "nearest" });
})();
