// Sends what the tab kept of tables that are not on the page; it is kept until the server says that it has it.
let sent = null
// A server that was broken off while it stored this is told once more, in milliseconds.
const RETRY = 4000

export default function ({ data, setStateValue }) {
  if (sent?.id === data.heard) forget(sent)
  // Sent once for each page: what the server could not store now is sent again from the next one.
  const page = data.drawn.join("\n")
  if (sent?.page === page) return
  const texts = keptTexts().filter(([place]) => !data.drawn.includes(place))
  if (!texts.length) return
  const tables = Object.fromEntries(texts.map(([place, text]) => [place, JSON.parse(text)]))
  send(page, texts, tables, setStateValue)
  const first = sent.id
  setTimeout(() => { if (sent?.id === first) send(page, texts, tables, setStateValue) }, RETRY)
}

function send(page, texts, tables, setStateValue) {
  sent = { id: Math.random().toString(36).slice(2), page, texts }
  setStateValue("kept", { id: sent.id, tables })
}

function keptTexts() {
  try {
    return Object.entries(sessionStorage).filter(([place]) => place.includes(" grid-"))
  } catch { return [] }
}

// A table that was seen again meanwhile may keep something newer.
function forget({ texts }) {
  for (const [place, text] of texts) if (sessionStorage.getItem(place) === text) sessionStorage.removeItem(place)
  sent = null
}
