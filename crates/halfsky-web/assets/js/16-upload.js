/* 上传：拖放文件，上传前检查大小和类型；提交后说明正在做什么。 */
(function () {
  "use strict";
  document.querySelectorAll("[data-drop]").forEach(function (drop) {
    var input = drop.querySelector("input[type=file]");
    var chosen = drop.querySelector(".chosen");
    function tell() { chosen.textContent = input.files.length ? input.files[0].name : chosen.dataset.none; }
    chosen.parentNode.classList.add("told");
    tell();
    function wrong() {
      var known = document.getElementById(input.id + "-error");
      if (known) { return known; }
      var made = document.createElement("p");
      made.className = "wrong";
      made.id = input.id + "-error";
      made.setAttribute("role", "alert");
      drop.appendChild(made);
      input.setAttribute("aria-describedby", ((input.getAttribute("aria-describedby") || "") + " " + made.id).trim());
      return made;
    }
    function check() {
      var file = input.files[0], message = "";
      if (file) {
        var ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
        if (file.size > Number(input.dataset.limit)) { message = input.dataset.tooLarge; }
        else if (input.accept && input.accept.split(",").indexOf(ending) < 0) { message = input.dataset.wrongType; }
      }
      if (message || document.getElementById(input.id + "-error")) { wrong().textContent = message; }
      input.setAttribute("aria-invalid", message ? "true" : "false");
      tell();
      return !message;
    }
    input.addEventListener("change", check);
    input.form.addEventListener("submit", function (event) {
      if (!check()) { event.preventDefault(); event.stopImmediatePropagation(); input.focus(); }
    });
    ["dragenter", "dragover"].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function () { drop.classList.remove("over"); });
    });
    drop.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; check(); }
    });
  });

  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter || form.querySelector("button.primary");
      if (event.defaultPrevented || !button) { return; }
      /* 等表单取走按钮自己的值以后再停用。 */
      setTimeout(function () {
        button.disabled = true;
        button.textContent = form.dataset.busy;
      }, 0);
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  });
})();
