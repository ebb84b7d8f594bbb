/* 页面在没有脚本时同样可用；这里只让操作更顺手。 */
(function () {
  "use strict";

  /* 打印时展开全部折叠内容，打印后恢复。 */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not([open])").forEach(function (fold) {
      fold.open = true;
      opened.push(fold);
    });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (fold) { fold.open = false; });
    opened = [];
  });

  /* 展开锚点所在的折叠内容。 */
  function unfold() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (var at = target.parentElement; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; }
    }
    target.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", unfold);
  if (document.querySelector("main details")) { unfold(); }

  /* 上传：拖放文件，先检查大小和类型。 */
  var form = document.querySelector("[data-upload]");
  if (form) {
    var input = form.querySelector("input[type=file]");
    var drop = form.querySelector("[data-drop]");
    var wrong = form.querySelector("[data-file-error]");
    var check = function () {
      var file = input.files[0];
      var message = "";
      if (file) {
        var ending = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
        if (file.size > Number(input.dataset.limit)) {
          message = "文件超过64 MB。请只保留规划正文，或另存为 .docx、.txt 后再上传";
        } else if (input.accept.split(",").indexOf(ending) < 0) {
          message = "不支持 " + ending + " 文件。请另存为 docx、pdf、html、md 或 txt 后再上传";
        }
      }
      wrong.textContent = message;
      wrong.hidden = !message;
      input.setAttribute("aria-invalid", message ? "true" : "false");
      return !message;
    };
    input.addEventListener("change", check);
    form.addEventListener("submit", function (event) {
      if (!check()) { event.preventDefault(); input.focus(); return; }
      var button = form.querySelector("button.primary");
      button.disabled = true;
      button.textContent = "正在上传并识别……";
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
    window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  }
})();
