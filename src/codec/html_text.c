/* Tags out, text in: one walk, nothing remembered but where it is. */
#include "codec/html_text.h"

#include <stdlib.h>
#include <string.h>

static const char *const line_tags[] = {"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote", "title", NULL};
static const char *const unread_tags[] = {"script", "style", NULL};

static const struct {
	const char *name, *text;
} entities[] = {
	{"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""}, {"apos;", "'"}, {"nbsp;", " "}, {"zwnj;", ""}, {"shy;", ""},
};

static gboolean tag_is(const char *tag, const char *name)
{
	const gsize length = strlen(name);
	return g_ascii_strncasecmp(tag, name, length) == 0 && !g_ascii_isalnum(tag[length]);
}

static const char *tag_among(const char *tag, const char *const *names)
{
	for (; *names != NULL; names++)
		if (tag_is(tag, *names))
			return *names;
	return NULL;
}

/* Behind the ">" of the tag or comment at `p` ("<"); "" at the end where it has none. */
static const char *tag_end(const char *p)
{
	const gboolean comment = g_str_has_prefix(p, "<!--");
	const char *end = comment ? strstr(p + 4, "-->") : strchr(p, '>');
	if (end == NULL)
		return p + strlen(p);
	return end + (comment ? 3 : 1);
}

/* Behind "</name>". */
static const char *element_end(const char *p, const char *name)
{
	for (p = strchr(p, '<'); p != NULL; p = strchr(p + 1, '<'))
		if (p[1] == '/' && tag_is(p + 2, name))
			return tag_end(p);
	return "";
}

static const char *number_append(GString *text, const char *p)
{
	const gboolean hex = p[2] == 'x' || p[2] == 'X';
	char *end;
	const guint64 code = g_ascii_strtoull(p + (hex ? 3 : 2), &end, hex ? 16 : 10);
	if (code == 0 || code > G_MAXUINT32 || !g_unichar_validate((gunichar)code))
		return p;
	g_string_append_unichar(text, (gunichar)code);
	return *end == ';' ? end + 1 : end;
}

/* Appends what "&…" at `p` stands for and gives what follows it; `p` itself: it stands for nothing. */
static const char *entity_append(GString *text, const char *p)
{
	if (p[1] == '#')
		return number_append(text, p);
	for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
		if (g_str_has_prefix(p + 1, entities[i].name)) {
			g_string_append(text, entities[i].text);
			return p + 1 + strlen(entities[i].name);
		}
	return p;
}

static const char *tag_pass(GString *text, const char *p)
{
	const char *name = p + 1 + (p[1] == '/');
	const char *unread = tag_among(name, unread_tags), *end = tag_end(p);
	if (tag_among(name, line_tags) != NULL)
		g_string_append_c(text, '\n');
	else if (tag_is(name, "td") || tag_is(name, "th"))
		g_string_append_c(text, ' ');
	return unread != NULL && p[1] != '/' ? element_end(end, unread) : end;
}

char *html_text(const char *html)
{
	GString *text = g_string_sized_new(strlen(html));
	const char *p = html;
	while (*p != '\0') {
		const gboolean tag = *p == '<' && (g_ascii_isalpha(p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?');
		const char *next = tag ? tag_pass(text, p) : *p == '&' ? entity_append(text, p) : p;
		if (next == p)
			g_string_append_c(text, *p++);
		else
			p = next;
	}
	return g_string_free(text, FALSE);
}
