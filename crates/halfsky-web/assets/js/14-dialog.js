/* 不能撤销的操作先问一句：把确认页的内容放进对话框。取不到就直接打开确认页。 */
(function () {
  "use strict";
  if (!window.HTMLDialogElement) { return; }

  function ask(opener, page) {
    var body = page.querySelector("[data-ask]"), heading = page.querySelector("h1");
    var words = document.getElementById("words-dialog");
    if (!body || !heading || !words) { return false; }
    var dialog = document.importNode(words.content, true).firstElementChild;
    dialog.querySelector("h2").textContent = heading.textContent;
    dialog.querySelector("p").textContent = (page.querySelector(".page-head p") || heading).textContent;
    dialog.appendChild(document.importNode(body, true));
    document.body.appendChild(dialog);
    dialog.addEventListener("click", function (event) {
      var box = dialog.getBoundingClientRect();
      var outside = event.target === dialog && (event.clientX < box.left || event.clientX > box.right
        || event.clientY < box.top || event.clientY > box.bottom);
      if (outside || event.target.closest("[data-close]")) {
        event.preventDefault();
        dialog.close();
      }
    });
    dialog.addEventListener("close", function () { dialog.remove(); opener.focus(); });
    dialog.showModal();
    (dialog.querySelector("input:not([type=hidden]), select, textarea") || dialog.querySelector("[data-close]") || dialog).focus();
    return true;
  }

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("a[data-dialog]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
    event.preventDefault();
    fetch(opener.href, { credentials: "same-origin" })
      .then(function (response) { return response.ok ? response.text() : Promise.reject(response.status); })
      .then(function (html) {
        if (!ask(opener, new DOMParser().parseFromString(html, "text/html"))) { location.href = opener.href; }
      })
      .catch(function () { location.href = opener.href; });
  });
})();
