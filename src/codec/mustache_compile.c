/* Mustache templates, compiled: one pass over the text from tag to tag, the open sections on a stack.
 *
 * A tag that only directs (section, comment, partial, delimiters) and stands alone on its line takes the whole line with
 * it. Every other line of the template is marked where it begins, which is where a partial's indentation goes. */
#include "codec/mustache.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/mustache_tree.h"

#define SECTIONS_DEEP_MAX 64 /* what renders and frees the tree may recurse */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct {
	const char *name; /* of the template */
	const char *text; /* all of it */
	const char *at;   /* what is read next */
	char *open;       /* the delimiters in force */
	char *close;
	GPtrArray *nodes;      /* the outermost */
	GPtrArray *sections;   /* Node, open now, innermost last; borrowed */
	gboolean line_begins;  /* nothing of this line is in the tree yet */
	const char *line_seen; /* `line` is right for this place */
	int line;
} Parser;

typedef struct {
	char kind;         /* one of "#^/>&!={", or 'v' for a plain variable */
	char *body;        /* what stands in it, stripped */
	const char *start; /* of its delimiter */
	const char *end;   /* after its delimiter */
} Tag;

static void node_free(gpointer data)
{
	Node *node = data;
	g_free(node->text);
	g_strfreev(node->path);
	g_free(node->indent);
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node);
}

void mustache_free(Mustache *template)
{
	if (!template)
		return;
	g_free(template->name);
	g_ptr_array_unref(template->nodes);
	g_free(template);
}

/* Sets NAME:LINE: and the message. Always FALSE, so that a failing reader returns it. */
G_GNUC_PRINTF(3, 4)
static gboolean refuse(const Parser *parser, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *clean = text_clean_line(message); /* what is quoted comes from the template */
	error_set(error, ERROR_CONFIG, "%s:%d: %s", parser->name, parser->line, clean);
	return FALSE;
}

static void count_lines(Parser *parser, const char *until)
{
	for (; parser->line_seen < until; parser->line_seen++)
		parser->line += *parser->line_seen == '\n';
}

static Node *add_node(Parser *parser, NodeKind kind, char *text)
{
	Node *node = g_new0(Node, 1);
	node->kind = kind;
	node->text = text;
	node->line = parser->line;
	const Node *section = parser->sections->len > 0 ? parser->sections->pdata[parser->sections->len - 1] : NULL;
	g_ptr_array_add(section ? section->children : parser->nodes, node);
	return node;
}

static void add_line(Parser *parser, const char *text, gsize length)
{
	Node *node = add_node(parser, NODE_TEXT, g_strndup(text, length));
	node->starts_line = parser->line_begins;
	parser->line_begins = length > 0 && text[length - 1] == '\n';
}

static void add_text(Parser *parser, const char *text, const char *end)
{
	while (text < end) {
		const char *newline = memchr(text, '\n', (gsize)(end - text));
		const char *next = newline ? newline + 1 : end;
		add_line(parser, text, (gsize)(next - text));
		text = next;
	}
}

/* FALSE where the name is none: names have no blanks, and between dots there is something. */
static gboolean add_named(Parser *parser, NodeKind kind, const Tag *tag, GError **error)
{
	g_auto(GStrv) path = g_strsplit(strcmp(tag->body, ".") == 0 ? "" : tag->body, ".", -1);
	for (char **part = path; *part; part++) {
		if (**part == '\0')
			return refuse(parser, error, "\"%s\" is not a name: something is missing beside a dot", tag->body);
	}
	Node *node = add_node(parser, kind, g_strdup(tag->body));
	node->path = g_steal_pointer(&path);
	return TRUE;
}

static gboolean open_section(Parser *parser, NodeKind kind, const Tag *tag, GError **error)
{
	if (parser->sections->len == SECTIONS_DEEP_MAX)
		return refuse(parser, error, "sections nest deeper than %d", SECTIONS_DEEP_MAX);
	if (!add_named(parser, kind, tag, error))
		return FALSE;
	const Node *outer = parser->sections->len > 0 ? parser->sections->pdata[parser->sections->len - 1] : NULL;
	const GPtrArray *siblings = outer ? outer->children : parser->nodes;
	Node *node = siblings->pdata[siblings->len - 1];
	node->children = g_ptr_array_new_with_free_func(node_free);
	g_ptr_array_add(parser->sections, node);
	return TRUE;
}

static gboolean close_section(Parser *parser, const Tag *tag, GError **error)
{
	if (parser->sections->len == 0)
		return refuse(parser, error, "{{/%s}} closes nothing", tag->body);
	const Node *section = parser->sections->pdata[parser->sections->len - 1];
	if (strcmp(section->text, tag->body) != 0)
		return refuse(parser, error, "{{/%s}} where {{/%s}} is wanted, for the section of line %d", tag->body, section->text,
		              section->line);
	g_ptr_array_set_size(parser->sections, (gint)parser->sections->len - 1);
	return TRUE;
}

static void add_partial(Parser *parser, const char *name, const char *indent)
{
	Node *node = add_node(parser, NODE_PARTIAL, g_strdup(name));
	node->starts_line = indent != NULL;
	node->indent = g_strdup(indent);
}

static gboolean is_delimiter(const char *text)
{
	return text && *text != '\0' && !strchr(text, '=');
}

/* "<% %>": two words without blanks and equals signs. */
static gboolean set_delimiters(Parser *parser, const Tag *tag, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(tag->body, " \t\r\n", -1);
	const char *open = words[0];
	const char *close = open && words[1] ? words[g_strv_length(words) - 1] : NULL;
	for (guint i = 1; close && words[i] != close; i++) {
		if (*words[i] != '\0')
			close = NULL;
	}
	if (!is_delimiter(open) || !is_delimiter(close))
		return refuse(parser, error, "\"%s\" is not two delimiters", tag->body);
	g_free(parser->open);
	g_free(parser->close);
	parser->open = g_strdup(open);
	parser->close = g_strdup(close);
	return TRUE;
}

static const char *line_start(const Parser *parser, const char *at)
{
	while (at > parser->text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at;
}

/* Where the next line begins, if the tag leaves nothing but blanks on its line or lines; else NULL. */
static const char *find_standalone_end(const Parser *parser, const Tag *tag)
{
	const char *before = line_start(parser, tag->start);
	const char *after = tag->end;
	if (!strchr("#^/>!=", tag->kind) || (before > parser->text && before[-1] != '\n'))
		return NULL;
	after += strspn(after, " \t");
	if (g_str_has_prefix(after, "\r\n"))
		return after + 2;
	if (*after == '\n')
		return after + 1;
	return *after == '\0' ? after : NULL;
}

static gboolean read_tag(Parser *parser, const char *start, Tag *tag, GError **error)
{
	const char *content = start + strlen(parser->open);
	content += strspn(content, " \t\r\n");
	const gboolean has_sigil = *content != '\0' && strchr("#^/>&!={", *content);
	const char *extra = !has_sigil ? "" : *content == '{' ? "}" : *content == '=' ? "=" : "";
	g_autofree char *terminator = g_strconcat(extra, parser->close, NULL);
	tag->start = start;
	tag->kind = has_sigil ? *content++ : 'v';
	const char *end = strstr(content, terminator);
	count_lines(parser, start);
	if (!end)
		return refuse(parser, error, "the tag that opens with \"%s\" is not closed by \"%s\"", parser->open, terminator);
	tag->body = g_strstrip(g_strndup(content, (gsize)(end - content)));
	tag->end = end + strlen(terminator);
	if (strchr("!=", tag->kind))
		return TRUE;
	if (*tag->body == '\0')
		return refuse(parser, error, "a tag without a name");
	if (strpbrk(tag->body, " \t\r\n\v\f"))
		return refuse(parser, error, "\"%s\" is not a name: it holds a blank", tag->body);
	return TRUE;
}

static gboolean add_tag(Parser *parser, const Tag *tag, const char *indent, GError **error)
{
	switch (tag->kind) {
	case '#':
		return open_section(parser, NODE_SECTION, tag, error);
	case '^':
		return open_section(parser, NODE_INVERTED, tag, error);
	case '/':
		return close_section(parser, tag, error);
	case '>':
		add_partial(parser, tag->body, indent);
		return TRUE;
	case '=':
		return set_delimiters(parser, tag, error);
	case '!':
		return TRUE;
	case 'v':
		return add_named(parser, NODE_ESCAPED, tag, error);
	default:
		return add_named(parser, NODE_RAW, tag, error);
	}
}

/* The text up to the tag at `start`, and the tag. */
static gboolean take_tag(Parser *parser, const char *start, GError **error)
{
	Tag tag = {0};
	gboolean taken = FALSE;
	if (read_tag(parser, start, &tag, error)) {
		const char *standalone_end = find_standalone_end(parser, &tag);
		const char *text_end = standalone_end ? line_start(parser, start) : start;
		g_autofree char *indent = standalone_end ? g_strndup(text_end, (gsize)(start - text_end)) : NULL;
		add_text(parser, parser->at, text_end);
		if (!standalone_end && parser->line_begins)
			add_line(parser, "", 0);
		taken = add_tag(parser, &tag, indent, error);
		parser->at = standalone_end ? standalone_end : tag.end;
	}
	g_free(tag.body);
	return taken;
}

static gboolean parse(Parser *parser, GError **error)
{
	const char *start;
	while ((start = strstr(parser->at, parser->open))) {
		if (!take_tag(parser, start, error))
			return FALSE;
	}
	add_text(parser, parser->at, parser->at + strlen(parser->at));
	if (parser->sections->len == 0)
		return TRUE;
	const Node *section = parser->sections->pdata[parser->sections->len - 1];
	parser->line = section->line;
	return refuse(parser, error, "section {{%c%s}} is not closed", section->kind == NODE_SECTION ? '#' : '^', section->text);
}

static gboolean is_utf8(Parser *parser, GError **error)
{
	const char *end;
	if (g_utf8_validate(parser->text, -1, &end))
		return TRUE;
	count_lines(parser, end);
	return refuse(parser, error, "not UTF-8");
}

Mustache *mustache_compile(const char *name, const char *text, GError **error)
{
	const char *start = g_str_has_prefix(text, BYTE_ORDER_MARK) ? text + strlen(BYTE_ORDER_MARK) : text;
	Parser parser = {.name = name, .text = start, .at = start, .line_seen = start, .line = 1, .line_begins = TRUE};
	parser.open = g_strdup("{{");
	parser.close = g_strdup("}}");
	parser.nodes = g_ptr_array_new_with_free_func(node_free);
	parser.sections = g_ptr_array_new();
	const gboolean parsed = is_utf8(&parser, error) && parse(&parser, error);
	g_free(parser.open);
	g_free(parser.close);
	g_ptr_array_unref(parser.sections);
	if (!parsed) {
		g_ptr_array_unref(parser.nodes);
		return NULL;
	}
	Mustache *template = g_new0(Mustache, 1);
	template->name = g_strdup(name);
	template->nodes = parser.nodes;
	return template;
}
