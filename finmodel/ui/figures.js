// Figures as cards. New values are put into the cards that are there, so that a button somebody has reached keeps the focus.
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector("ul")
  const blank = parentElement.querySelector("template").content.firstElementChild
  data.figures.forEach((figure, at) => show(list.children[at] ?? list.appendChild(blank.cloneNode(true)), figure, setTriggerValue))
  while (list.children.length > data.figures.length) list.lastElementChild.remove()
}

function show(card, figure, setTriggerValue) {
  const part = name => card.querySelector(name)
  part(".label").textContent = figure.label
  part(".value").textContent = figure.value
  part(".by").textContent = figure.change
  part(".by").className = `by ${figure.is_better ? "better" : "worse"}`
  part(".change").hidden = !figure.change
  part(".unit").textContent = figure.unit
  part(".unit").hidden = !figure.unit
  part("button").setAttribute("aria-label", `Explain ${figure.label}`)
  part("button").title = `Where '${figure.line}' comes from`
  part("button").onclick = () => setTriggerValue("explain", figure.name)
}
