// What is wrong with a mail as it is drawn now, as a list of sentences: too wide, unreadable, one thing over another, or nothing for a screen reader.
const wrong = [];
const say = (what, element) => wrong.push(what + ": <" + element.tagName.toLowerCase() + "> " + element.textContent.trim().slice(0, 40));
const style = element => getComputedStyle(element);
const isShown = element => element.getClientRects().length > 0 && style(element).visibility === "visible";

// --- colours (WCAG 2.2, 1.4.3) ---
const channels = text => (text.match(/[\d.]+/g) || []).map(Number);
const luminance = colour => {
	const [r, g, b] = colour.slice(0, 3).map(value => value / 255).map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = element => {
	for (let at = element; at; at = at.parentElement) {
		const colour = channels(style(at).backgroundColor);
		if (colour.length === 3 || colour[3] === 1)
			return colour;
	}
	return [255, 255, 255];
};
const contrast = element => {
	const pair = [luminance(channels(style(element).color)), luminance(ground(element))].sort((a, b) => b - a);
	return (pair[0] + 0.05) / (pair[1] + 0.05);
};

// --- what holds text of its own ---
const all = [...document.body.querySelectorAll("*")];
const hasText = element => [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
const texts = all.filter(element => isShown(element) && hasText(element));
for (const element of texts)
	if (contrast(element) < 4.5)
		say("contrast " + contrast(element).toFixed(2), element);

if (document.documentElement.scrollWidth > window.innerWidth)
	wrong.push("too wide: " + document.documentElement.scrollWidth + " in " + window.innerWidth);
for (const element of texts)
	if (element.getBoundingClientRect().right > window.innerWidth + 0.5 || element.getBoundingClientRect().left < -0.5)
		say("outside", element);

const blocks = texts.filter(element => ["TD", "TH", "P", "H1", "H2"].includes(element.tagName)).map(element => [element, element.getBoundingClientRect()]);
blocks.forEach(([first, a], i) => {
	for (const [second, b] of blocks.slice(i + 1))
		if (!first.contains(second) && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
			say("over another", first);
});

// --- for who hears it ---
if (!document.documentElement.lang)
	wrong.push("no language");
if (document.querySelectorAll("h1").length !== 1)
	wrong.push("not one h1");
for (const table of document.querySelectorAll("table")) {
	const isData = table.querySelector(":scope > * > tr > th") !== null;
	if (isData !== (table.getAttribute("role") !== "presentation"))
		say("a table's role", table);
}
for (const heading of document.querySelectorAll("th"))
	if (!["col", "row"].includes(heading.scope))
		say("a heading without scope", heading);
const names = new Map();
for (const link of document.querySelectorAll("a")) {
	const name = link.textContent.trim();
	if (name === "" || (names.has(name) && names.get(name) !== link.href))
		say("a link's text", link);
	names.set(name, link.href);
}
for (const picture of document.querySelectorAll("img"))
	if (!picture.alt || !picture.complete || picture.naturalWidth === 0 || !picture.getAttribute("width"))
		say("a picture", picture);
return wrong;
