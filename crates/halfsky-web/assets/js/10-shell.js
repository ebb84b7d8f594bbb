/* 页面在没有脚本时同样可用；这里只让操作更顺手。 */
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");

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

  /* 依据和菜单：点别处或按 Esc 收起，焦点回到原处。 */
  function fold(except) {
    document.querySelectorAll("details.why[open], details.menu[open]").forEach(function (one) {
      if (one !== except) { one.open = false; }
    });
  }
  document.addEventListener("click", function (event) {
    fold(event.target.closest("details.why, details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var one = document.activeElement && document.activeElement.closest("details.why[open], details.menu[open]");
    fold();
    if (one) { one.querySelector("summary").focus(); }
  });

  /* 表格比窗口宽时，可以用键盘横向滚动。 */
  function frames() {
    document.querySelectorAll(".frame").forEach(function (frame) {
      var wide = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight + 1;
      if (wide) {
        // 没有表题的表格，用所在部分的标题称呼。
        var part = frame.closest("section, main");
        var name = frame.querySelector("caption") || part && part.querySelector("h2, h1");
        frame.setAttribute("tabindex", "0");
        frame.setAttribute("role", "region");
        frame.setAttribute("aria-label", (name ? name.textContent.trim() : document.title) + "，可滚动");
      } else {
        ["tabindex", "role", "aria-label"].forEach(function (name) { frame.removeAttribute(name); });
      }
    });
  }
  frames();
  window.addEventListener("resize", frames);
  document.addEventListener("htmx:after:swap", frames);

  /* 返回上一页时，浏览器保留填写过的内容。 */
  var back = document.querySelector("[data-back]");
  if (back && history.length > 1) {
    back.hidden = false;
    back.addEventListener("click", function () { history.back(); });
  }

  /* 出错的表单：焦点先到错误汇总，链接直接到字段。 */
  var summary = document.querySelector("[data-summary]");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var field = link && document.getElementById(link.getAttribute("href").slice(1));
      if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
    });
  }
})();
