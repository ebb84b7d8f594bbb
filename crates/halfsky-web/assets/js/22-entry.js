/* 填报表：方向键、回车移动，整块粘贴，自动保存后同步，两人同时填报时不覆盖对方。 */
(function () {
  "use strict";
  var form = document.querySelector("form[data-entry][hx-post]");
  if (!form) { return; }
  var shown = {}, sent = {};

  function fields() {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && one.type !== "hidden" && one.tagName !== "BUTTON" && form.elements["s." + one.name];
    });
  }
  function kept(name) {
    var seen = form.elements["s." + name].value, at = seen.indexOf("|");
    return name.indexOf("e.") === 0 ? seen : seen.slice(at + 1);
  }
  fields().forEach(function (one) { shown[one.name] = kept(one.name); });

  function cell(row, column) {
    return row && row.querySelector("input[data-column='" + column + "']");
  }
  function rows() {
    return Array.prototype.filter.call(form.querySelectorAll("tbody > tr"), function (row) {
      return row.querySelector("input[data-column]");
    });
  }
  function go(target) {
    if (target) { target.focus(); target.select(); }
    return !!target;
  }
  function vertical(input, step) {
    var all = rows(), at = all.indexOf(input.closest("tr")) + step;
    for (; all[at]; at += step) {
      if (go(cell(all[at], input.dataset.column))) { return; }
    }
  }
  function horizontal(input, step) {
    var all = Array.prototype.slice.call(form.querySelectorAll("input[data-column]"));
    go(all[all.indexOf(input) + step]);
  }

  form.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.dataset || input.dataset.column === undefined || event.isComposing) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    var key = event.key;
    if (key === "ArrowDown" || (key === "Enter" && !event.shiftKey)) { vertical(input, 1); }
    else if (key === "ArrowUp" || (key === "Enter" && event.shiftKey)) { vertical(input, -1); }
    else if (key === "ArrowRight" && (whole || input.selectionEnd === input.value.length)) { horizontal(input, 1); }
    else if (key === "ArrowLeft" && (whole || input.selectionStart === 0)) { horizontal(input, -1); }
    else if (key === "Escape") { input.value = shown[input.name] || ""; input.select(); }
    else { return; }
    event.preventDefault();
  });

  /* 从电子表格复制的一块数据，从当前格起往右、往下放。 */
  form.addEventListener("paste", function (event) {
    var input = event.target;
    if (!input.dataset || input.dataset.column === undefined) { return; }
    var text = (event.clipboardData || window.clipboardData).getData("text");
    var lines = text.replace(/[\r\n]+$/, "").split(/\r?\n/);
    if (lines.length < 2 && text.indexOf("\t") < 0) { return; }
    event.preventDefault();
    var all = rows(), first = all.indexOf(input.closest("tr")), column = Number(input.dataset.column);
    lines.forEach(function (line, down) {
      line.split("\t").forEach(function (words, right) {
        var target = cell(all[first + down], column + right);
        if (target) { target.value = words.trim(); }
      });
    });
    form.dispatchEvent(new CustomEvent("halfsky:save", { bubbles: true }));
  });

  /* 一次只送一份：自动保存还没有回来时按“保存”，等它回来再送，否则自己的两次填写会互相冲突；
     整张表已经送出、正在离开本页时，不再自动保存。 */
  var saving = false, waiting = null;
  form.addEventListener("htmx:before:request", function (event) {
    if (form.dataset.leaving) { event.preventDefault(); return; }
    saving = true;
    fields().forEach(function (one) { sent[one.name] = one.value; });
  });
  form.addEventListener("htmx:finally:request", function () {
    saving = false;
    if (!waiting) { return; }
    var button = waiting.button;
    waiting = null;
    form.requestSubmit(button);
  });
  form.addEventListener("submit", function (event) {
    if (!saving) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { button: event.submitter };
  });
  /* 正在填的那一行、正在写的说明，不被保存的结果换掉。 */
  form.addEventListener("htmx:before:swap", function (event) {
    var here = document.activeElement, row = here && here.closest("tr");
    var tasks = event.detail.tasks;
    for (var at = tasks.length - 1; at >= 0; at -= 1) {
      var target = tasks[at].target;
      if (!target || !target.contains) { continue; }
      var seen = target.hasAttribute("data-seen") && row && row.contains(target);
      if (target.contains(here) || (seen && here.name)) { tasks.splice(at, 1); }
    }
  });
  form.addEventListener("htmx:after:swap", function () {
    var held = {};
    form.querySelectorAll("[data-held]").forEach(function (one) { held[one.dataset.held] = true; });
    fields().forEach(function (one) {
      var now = kept(one.name), before = shown[one.name];
      var untouched = one.value === before || one.value === sent[one.name];
      if (one !== document.activeElement && untouched && !held[one.name]) {
        one.value = now;
        shown[one.name] = now;
      }
      if (one.dataset.column !== undefined) { mark(one); }
    });
  });
  /* 出错的格加框：哪些格由该行的提示说明。 */
  function mark(input) {
    var row = input.closest("tbody").querySelector("[data-marks]");
    var marks = row ? row.dataset.marks.split(" ") : [], column = input.dataset.column;
    if (marks.indexOf("e" + column) >= 0) { input.setAttribute("aria-invalid", "true"); } else { input.removeAttribute("aria-invalid"); }
    input.classList.toggle("doubted", marks.indexOf("w" + column) >= 0);
  }

  window.addEventListener("beforeunload", function (event) {
    var open = fields().some(function (one) { return one.value !== kept(one.name) && one.value !== sent[one.name]; });
    if (open && !form.dataset.leaving) { event.preventDefault(); event.returnValue = ""; }
  });
  document.addEventListener("submit", function () { form.dataset.leaving = "yes"; });
})();
