/* Mustache templates, rendered: a walk over the compiled tree with a stack of contexts.
 *
 * A template is an admin's text and data is a supplier's: whatever both hold, the walk ends. Sections nest as deep as the
 * compiler allows, partials PARTIALS_DEEP_MAX, and one rendering's steps and bytes are counted (a short partial that calls
 * itself twice would otherwise take 2^32). */
#include "codec/mustache.h"

#include <string.h>

#include "codec/mustache_tree.h"

#define PARTIALS_DEEP_MAX 32
#define STEPS_MAX 250000
#define BYTES_MAX (4 * 1024 * 1024)

typedef struct Context {
	const Json *value;
	const struct Context *outer;
} Context;

typedef struct {
	GString *out;
	MustacheEscape escape;
	MustachePartials partials;
	gpointer user_data;
	const char *indent; /* before every line of the partial that is rendered now */
	int partials_deep;
	int steps;
} Renderer;

static void render_nodes(Renderer *renderer, const GPtrArray *nodes, const Context *context);

static gboolean is_spent(const Renderer *renderer)
{
	return renderer->steps >= STEPS_MAX || renderer->out->len >= BYTES_MAX;
}

/* The first part is looked for from the innermost context out, the others only inside what it names. */
static const Json *find_value(char *const *path, const Context *context)
{
	if (!path[0])
		return context->value;
	const Json *value = NULL;
	for (; !value && context; context = context->outer)
		value = js_object_get(context->value, path[0]);
	for (path++; value && *path; path++)
		value = js_object_get(value, *path);
	return value;
}

static void append_escaped(GString *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		case '\'':
			g_string_append(out, "&#39;");
			break;
		default:
			g_string_append_c(out, *text);
		}
	}
}

static void append_json(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		if ((guchar)*text < 0x20 || *text == 0x7f)
			g_string_append_printf(out, "\\u%04x", (guint)*text);
		else
			g_string_append_c(out, *text);
	}
}

static void append_value(const Renderer *renderer, const Node *node, const char *text)
{
	static const char printable[] = " !\"#$&'()*+,/:;<=>?@[\\]^`|"; /* but unreserved characters, % { } */
	switch (renderer->escape) {
	case MUSTACHE_ESCAPE_NONE:
		g_string_append(renderer->out, text);
		break;
	case MUSTACHE_ESCAPE_HTML:
		if (node->kind == NODE_ESCAPED)
			append_escaped(renderer->out, text);
		else
			g_string_append(renderer->out, text);
		break;
	case MUSTACHE_ESCAPE_XML:
		append_escaped(renderer->out, text);
		break;
	case MUSTACHE_ESCAPE_JSON:
		append_json(renderer->out, text);
		break;
	case MUSTACHE_ESCAPE_URL:
		g_string_append_uri_escaped(renderer->out, text, NULL, FALSE);
		break;
	case MUSTACHE_ESCAPE_HEADER:
		g_string_append_uri_escaped(renderer->out, text, printable, FALSE);
		break;
	}
}

static void render_variable(Renderer *renderer, const Node *node, const Context *context)
{
	g_autofree char *text = js_scalar_text(find_value(node->path, context));
	if (!text)
		return;
	append_value(renderer, node, text);
}

static gboolean is_truthy(const Json *value)
{
	return js_is_set(value) && (!js_is_array(value) || js_array_length(value) > 0);
}

static void render_section(Renderer *renderer, const Node *node, const Context *context)
{
	const Json *value = find_value(node->path, context);
	if (!is_truthy(value))
		return;
	if (!js_is_array(value)) {
		render_nodes(renderer, node->children, &(Context){.value = value, .outer = context});
		return;
	}
	for (gsize i = 0; i < js_array_length(value) && !is_spent(renderer); i++)
		render_nodes(renderer, node->children, &(Context){.value = js_array_get(value, i), .outer = context});
}

static void render_partial(Renderer *renderer, const Node *node, const Context *context)
{
	const Mustache *partial = renderer->partials ? renderer->partials(node->text, renderer->user_data) : NULL;
	if (!partial || renderer->partials_deep == PARTIALS_DEEP_MAX)
		return;
	const char *outer_indent = renderer->indent;
	/* within a line it continues that line, and only what stands alone is indented */
	g_autofree char *indent = g_strconcat(node->starts_line ? outer_indent : "", node->indent, NULL);
	renderer->indent = indent;
	renderer->partials_deep++;
	render_nodes(renderer, partial->nodes, context);
	renderer->partials_deep--;
	renderer->indent = outer_indent;
}

static void render_node(Renderer *renderer, const Node *node, const Context *context)
{
	switch (node->kind) {
	case NODE_TEXT:
		if (node->starts_line)
			g_string_append(renderer->out, renderer->indent);
		g_string_append(renderer->out, node->text);
		break;
	case NODE_ESCAPED:
	case NODE_RAW:
		render_variable(renderer, node, context);
		break;
	case NODE_SECTION:
		render_section(renderer, node, context);
		break;
	case NODE_INVERTED:
		if (!is_truthy(find_value(node->path, context)))
			render_nodes(renderer, node->children, context);
		break;
	case NODE_PARTIAL:
		render_partial(renderer, node, context);
		break;
	}
}

static void render_nodes(Renderer *renderer, const GPtrArray *nodes, const Context *context)
{
	for (guint i = 0; i < nodes->len && !is_spent(renderer); i++) {
		renderer->steps++;
		render_node(renderer, nodes->pdata[i], context);
	}
}

char *mustache_render(const Mustache *template, const Json *data, MustacheEscape escape, MustachePartials partials,
                      gpointer user_data)
{
	Renderer renderer = {
		.out = g_string_new(NULL), .escape = escape, .partials = partials, .user_data = user_data, .indent = ""};
	render_nodes(&renderer, template->nodes, &(Context){.value = data});
	if (is_spent(&renderer))
		g_warning("template %s: endless, cut off after %d steps", template->name, renderer.steps);
	return g_string_free(renderer.out, FALSE);
}

static void collect_tags(const GPtrArray *nodes, GArray *tags)
{
	for (guint i = 0; i < nodes->len; i++) {
		const Node *node = nodes->pdata[i];
		const MustacheTag tag = {node->text, node->line, node->kind == NODE_PARTIAL};
		if (node->kind != NODE_TEXT)
			g_array_append_val(tags, tag);
		if (node->children)
			collect_tags(node->children, tags);
	}
}

GArray *mustache_tags(const Mustache *template)
{
	GArray *tags = g_array_new(FALSE, FALSE, sizeof(MustacheTag));
	collect_tags(template->nodes, tags);
	return tags;
}

const char *mustache_name(const Mustache *template)
{
	return template->name;
}
