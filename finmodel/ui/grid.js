// A table of inputs. What is typed waits in a queue until the server says that it is stored, so nothing typed is lost
// between two reruns; cells that somebody is typing in are left alone when new values arrive.
const grids = new WeakMap()
// What was sent while the server was away reaches nobody: it is sent again, in milliseconds, until the server has it.
const FIRST_RETRY = 3000
const LAST_RETRY = 24000

export default function (component) {
  const { data, parentElement, setStateValue } = component
  let grid = grids.get(parentElement)
  if (grid?.place !== data.place) {
    if (grid) leave(grid)
    grid = { place: data.place, pending: [], count: 0, sent: 0, session: Math.random().toString(36).slice(2), inputs: new Map() }
    grids.set(parentElement, grid)
    // A tab that is closed or loaded again sends no change event for the cell somebody is typing in.
    grid.onunload = () => grid.inputs.get(focusedPath(grid))?.onchange()
    window.addEventListener("beforeunload", grid.onunload)
    // A tap moves the focus and clicks at once: a page asked for by it would be asked for before the cell is sent, and lost.
    grid.onpress = event => { if (event.composedPath()[0] !== grid.inputs.get(focusedPath(grid))) grid.onunload() }
    window.addEventListener("pointerdown", grid.onpress, true)
  }
  grid.data = data
  grid.root = parentElement.querySelector(".grid")
  grid.note = parentElement.querySelector(".note")
  grid.send = (again = FIRST_RETRY) => {
    // Numbered, because a server that was broken off while it stored them takes no notice of what it has been told already.
    setStateValue("edits", { server: grid.server, pending: grid.pending.slice(), sent: ++grid.sent })
    clearTimeout(grid.retry)
    grid.retry = setTimeout(() => { if (grid.pending.length) grid.send(Math.min(2 * again, LAST_RETRY)) }, again)
  }
  grid.pending = grid.pending.filter(edit => !isStored(edit, data.applied))
  if (!data.disabled && grid.server !== data.server) bringBack(grid)
  const structure = JSON.stringify([data.columns, data.disabled, data.rows.map(row => [row.key, row.label, row.removes])])
  if (structure !== grid.structure) build(grid, structure)
  refresh(grid)
  keep(grid)
  return () => leave(grid)
}

function leave(grid) {
  clearTimeout(grid.retry)
  window.removeEventListener("beforeunload", grid.onunload)
  window.removeEventListener("pointerdown", grid.onpress, true)
}

// The server names the last edit that it stored; those that were queued before it in the same tab are stored too.
function isStored(edit, applied) {
  const [session, count] = (applied ?? "").split(" ")
  return Boolean(edit.id) && edit.id.split(" ")[0] === session && Number(edit.id.split(" ")[1]) <= Number(count)
}

function queue(grid, edits) {
  for (const edit of edits) grid.pending.push({ ...edit, id: `${grid.session} ${++grid.count}` })
  keep(grid)
  if (edits.length) grid.send()
}

// What was typed and is not yet known to be stored stays with the tab, whatever becomes of the page and of the server.
function keep(grid) {
  if (!grid.server) return
  const lasting = new Map()
  for (const { id, path, row, text, was } of [...typedTexts(grid.pending), ...halfTyped(grid)]) {
    const before = lasting.get(path)
    lasting.delete(path)
    lasting.set(path, { id, path, row, text, was: before ? [...before.was, before.text] : was ?? [storedText(grid, path)] })
  }
  try {
    if (lasting.size) sessionStorage.setItem(grid.place, JSON.stringify([...lasting.values()]))
    else sessionStorage.removeItem(grid.place)
  } catch { /* A browser that keeps nothing still sends what is typed. */ }
}

function kept(grid) {
  try {
    return JSON.parse(sessionStorage.getItem(grid.place) ?? "[]")
  } catch { return [] }
}

// The texts that a queue leaves behind: a step that may have been made already must not be made twice, so that what was
// taken back before it was stored is not kept, and neither is the step.
function typedTexts(pending) {
  const typed = []
  const takenBack = []
  for (const edit of pending) {
    if (edit.kind === "set" || edit.kind === "kept") typed.push(edit)
    else if (edit.kind === "undo" && typed.length) takenBack.push(typed.pop())
    else if (edit.kind === "redo" && takenBack.length) typed.push(takenBack.pop())
  }
  return typed
}

function halfTyped(grid) {
  const path = focusedPath(grid)
  const input = grid.inputs.get(path)
  return input && isDirty(input) ? [{ path, row: input.dataset.row, text: read(input) }] : []
}

const storedText = (grid, path) => grid.inputs.get(path)?.dataset.stored ?? ""

// A session that is new to this tab does not know what the last one stored: it looks at what the tab kept, and judges.
function bringBack(grid) {
  grid.server = grid.data.server
  const typing = halfTyped(grid).map(edit => edit.path)
  const again = kept(grid).filter(edit => !isStored(edit, grid.data.applied) && !typing.includes(edit.path))
  grid.pending = []
  queue(grid, again.map(({ path, row, text, was }) => ({ kind: "kept", path, row, text, was })))
}

function element(tag, attributes = {}, text = "") {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value)
  made.textContent = text
  return made
}

function build(grid, structure) {
  const focused = focusedPath(grid)
  const left = grid.inputs.get(focused)
  const { columns, rows, caption, disabled } = grid.data
  grid.structure = structure
  grid.inputs = new Map()
  const table = element("table")
  table.append(element("caption", {}, caption))
  const head = table.createTHead().insertRow()
  head.append(element("th", { scope: "col" }, grid.data.corner))
  for (const column of columns) {
    const heading = element("th", { scope: "col", class: column.kind }, column.label)
    if (column.unit) heading.append(element("span", { class: "unit" }, column.unit))
    head.append(heading)
  }
  const removable = !disabled && rows.some(row => row.removes)
  if (removable) head.append(element("td"))
  const body = table.createTBody()
  rows.forEach((row, down) => {
    const line = body.insertRow()
    line.append(element("th", { scope: "row" }, row.label))
    row.cells.forEach((cell, right) => {
      const place = line.insertCell()
      if (!cell) return
      const input = cellInput(grid, columns[right], row, cell)
      input.dataset.down = down
      input.dataset.right = right
      place.className = cell.kind || columns[right].kind
      place.append(input)
      if (cell.unit && !columns[right].unit) place.append(element("span", { class: "unit" }, cell.unit))
      grid.inputs.set(cell.path, input)
    })
    if (removable) {
      const place = line.insertCell()
      if (row.removes) {
        const button = element("button", { type: "button", "aria-label": `Remove ${row.label}`, title: `Remove ${row.label}` }, "×")
        button.onclick = () => queue(grid, [{ kind: "remove", path: row.removes }])
        place.append(button)
      }
    }
  })
  grid.root.classList.toggle("narrow", columns.length === 1)
  grid.root.classList.toggle("named", columns[0]?.name === "label")
  grid.root.replaceChildren(table)
  if (grid.inputs.has(focused)) takeOver(grid.inputs.get(focused), left)
}

// The table was built anew under somebody's hands: what was typed and the place of the caret stay.
function takeOver(input, left) {
  if (isDirty(left)) {
    input.value = left.value
    input.dataset.shown = left.dataset.shown
  }
  input.focus()
  if (isDirty(left) && input.type === "text") input.setSelectionRange(left.selectionStart, left.selectionEnd)
}

function cellInput(grid, column, row, cell) {
  const label = [row.label, column.label, column.unit || cell.unit].filter(Boolean).join(", ")
  const shared = { "aria-label": label, "data-path": cell.path, "data-row": row.removes, disabled: grid.data.disabled ? "" : null }
  const kind = cell.kind || column.kind
  let input
  if (kind === "choice") {
    input = element("select", shared)
    for (const [value, words] of cell.choices.length ? cell.choices : column.choices) input.append(element("option", { value }, words))
  } else if (kind === "yes_no") {
    input = element("input", { ...shared, type: "checkbox" })
  } else {
    input = element("input", { ...shared, type: "text", autocomplete: "off", spellcheck: "false" })
  }
  input.onfocus = () => { grid.note.textContent = ""; describe(grid, input); if (input.select && !isDirty(input)) input.select() }
  input.onchange = () => {
    if (!isDirty(input)) return
    input.dataset.shown = read(input)
    queue(grid, [{ kind: "set", path: cell.path, row: row.removes, text: read(input) }])
  }
  input.oninput = () => keep(grid)
  input.onkeydown = event => onKey(grid, input, event)
  input.onpaste = event => onPaste(grid, input, event)
  return input
}

const read = input => (input.type === "checkbox" ? String(input.checked) : input.value)
const isDirty = input => input.dataset.shown !== undefined && read(input) !== input.dataset.shown
const focusedPath = grid => grid.root.getRootNode().activeElement?.dataset?.path

function show(input, text) {
  if (input.type === "checkbox") input.checked = text === "true"
  else input.value = text
  input.dataset.shown = text
}

function refresh(grid) {
  const waiting = new Map(grid.pending.map(edit => [edit.path, edit.text]))
  const focused = focusedPath(grid)
  const longest = grid.data.columns.map((_, right) => Math.max(...grid.data.rows.map(row => row.cells[right]?.text.length ?? 0)))
  for (const row of grid.data.rows) {
    for (const [right, cell] of row.cells.entries()) {
      if (!cell) continue
      const input = grid.inputs.get(cell.path)
      const typing = cell.path === focused && isDirty(input)
      if (!waiting.has(cell.path) && !typing) show(input, cell.text)
      else if (input.dataset.shown === undefined) show(input, waiting.get(cell.path))
      input.dataset.stored = grid.data.stored[cell.path] ?? cell.text
      if (input.type === "text") input.style.minWidth = `${Math.min(longest[right] + 3, 40)}ch`
      input.dataset.status = cell.status
      input.dataset.about = [cell.fault, cell.about].filter(Boolean).join(" ")
      input.title = input.dataset.about
      input.setAttribute("aria-invalid", cell.fault ? "true" : "false")
    }
  }
  if (focused && grid.inputs.has(focused)) describe(grid, grid.inputs.get(focused))
}

function describe(grid, input) {
  if (grid.note.dataset.path === input.dataset.path && grid.note.textContent.startsWith("Pasted")) return
  grid.note.dataset.path = input.dataset.path
  grid.note.textContent = `${input.getAttribute("aria-label")}: ${input.dataset.about}`
}

function onKey(grid, input, event) {
  const command = event.ctrlKey || event.metaKey
  const key = event.key.toLowerCase()
  if (command && (key === "z" || key === "y") && !isDirty(input)) {
    event.preventDefault()
    queue(grid, [{ kind: key === "y" || event.shiftKey ? "redo" : "undo" }])
  } else if (key === "escape" && isDirty(input)) {
    show(input, input.dataset.shown)
    keep(grid)
  } else if (key === "enter" || ((key === "arrowdown" || key === "arrowup") && input.tagName === "INPUT")) {
    const step = key === "arrowup" || (key === "enter" && event.shiftKey) ? -1 : 1
    const next = at(grid, Number(input.dataset.down) + step, Number(input.dataset.right))
    event.preventDefault()
    if (next) next.focus()
    else if (input.onchange) input.onchange()
  }
}

function at(grid, down, right) {
  const cell = grid.data.rows[down]?.cells[right]
  return cell ? grid.inputs.get(cell.path) : undefined
}

function onPaste(grid, input, event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "")
  if (!/[\t\n]/.test(text)) return
  event.preventDefault()
  const edits = []
  let left = 0
  text.split("\n").forEach((line, down) => line.split("\t").forEach((word, right) => {
    const target = at(grid, Number(input.dataset.down) + down, Number(input.dataset.right) + right)
    if (!target) { left += 1; return }
    const before = target.dataset.shown
    if (target.type === "checkbox") target.checked = /^(true|yes|1|x)$/i.test(word.trim())
    else target.value = word.trim()
    if (read(target) !== before) edits.push({ kind: "set", path: target.dataset.path, row: target.dataset.row, text: read(target) })
    target.dataset.shown = read(target)
  }))
  queue(grid, edits)
  grid.note.dataset.path = input.dataset.path
  grid.note.textContent = `Pasted ${edits.length} changed cells` + (left ? `; ${left} beyond the table's edge were left out.` : ".")
}
