// The numbers of a view, as Python wrote them. Not isolated: the page's own style sheet dresses them.

export default function ({ data, parentElement }) {
  let box = parentElement.querySelector(":scope > .cnnviz");
  if (!box) {
    box = document.createElement("div");
    box.className = "cnnviz numbers";
    parentElement.append(box);
  }
  if (box.__html === data.html) return;
  box.__html = data.html;
  box.innerHTML = data.html;
}
