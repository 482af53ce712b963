/* Answers for what reaches libical: its parser goes to any depth by recursion and spends time with the square of a line's length,
 * so lines are joined, measured and nested here first. What comes out of here is well nested. */
#include "ics/content.h"

#include <string.h>

#include "base/error.h"

#define SIZE_MAX_BYTES  (256 * 1024)
#define LINE_MAX_BYTES  (64 * 1024)
#define DEPTH_MAX       8
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

typedef struct {
	GPtrArray *open; /* of char *: the components begun and not ended, outermost first */
	ContentVisit visit;
	gpointer user_data;
	guint line; /* the number of the physical line being read, for messages */
	gboolean any;
} Walk;

static void walk_clear(Walk *walk)
{
	g_ptr_array_unref(walk->open);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

/* What stands behind "BEGIN:" or "END:", upper case; NULL where the line begins otherwise. */
static char *component_name(const char *line, const char *keyword)
{
	if (g_ascii_strncasecmp(line, keyword, strlen(keyword)) != 0)
		return NULL;
	return g_strstrip(g_ascii_strup(line + strlen(keyword), -1));
}

static const char *begin_component(Walk *walk, const char *name)
{
	if (walk->open->len == 0 && strcmp(name, "VCALENDAR") != 0)
		return "only VCALENDAR may stand outermost";
	if (walk->open->len == DEPTH_MAX)
		return "components are nested more than 8 deep";
	const char *wrong = walk->visit(CONTENT_BEGIN, name, walk->open->len, walk->user_data);
	g_ptr_array_add(walk->open, g_strdup(name));
	return wrong;
}

static const char *end_component(Walk *walk, const char *name)
{
	const guint depth = walk->open->len;
	if (depth == 0 || strcmp(g_ptr_array_index(walk->open, depth - 1), name) != 0)
		return "an END without its BEGIN";
	g_ptr_array_remove_index(walk->open, depth - 1);
	return walk->visit(CONTENT_END, name, depth - 1, walk->user_data);
}

/* One whole property. NULL, or what is wrong. */
static const char *take_line(Walk *walk, const char *line)
{
	if (*line == '\0')
		return NULL;
	g_autofree char *begun = component_name(line, "BEGIN:");
	g_autofree char *ended = component_name(line, "END:");
	walk->any = TRUE;
	if (begun != NULL)
		return begin_component(walk, begun);
	if (walk->open->len == 0)
		return "the text does not begin with BEGIN:VCALENDAR, or goes on behind its end";
	return ended != NULL ? end_component(walk, ended) : walk->visit(CONTENT_PROPERTY, line, walk->open->len, walk->user_data);
}

/* Where the physical line ends: at CR LF, LF or CR. */
static const char *line_end(const char *from, const char **next)
{
	const char *end = from + strcspn(from, "\r\n");
	*next = end;
	if (**next == '\r')
		++*next;
	if (**next == '\n' && (*next == end || (*next)[-1] == '\r'))
		++*next;
	return end;
}

static const char *take_lines(Walk *walk, const char *text)
{
	g_autoptr(GString) property = g_string_new(NULL);
	const char *wrong = NULL;
	for (const char *next = text; *text != '\0' && wrong == NULL; text = next) {
		const char *end = line_end(text, &next);
		walk->line++;
		if (*text == ' ' || *text == '\t') {
			g_string_append_len(property, text + 1, end - text - 1);
			continue;
		}
		wrong = take_line(walk, property->str);
		g_string_truncate(property, 0);
		g_string_append_len(property, text, end - text);
	}
	return wrong != NULL ? wrong : take_line(walk, property->str);
}

static gboolean size_holds(const char *text, gsize length, gsize size_max, GError **error)
{
	if (length > size_max) {
		error_set(error, ERROR_INVALID, "not read: larger than %" G_GSIZE_FORMAT " KiB", size_max / 1024);
		return FALSE;
	}
	if (memchr(text, '\0', length) == NULL)
		return TRUE;
	error_set(error, ERROR_INVALID, "not iCalendar: a NUL byte");
	return FALSE;
}

gboolean content_walk(const char *text, gsize length, gsize size_max, ContentVisit visit, gpointer user_data, GError **error)
{
	if (!size_holds(text, length, size_max, error))
		return FALSE;
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
	g_auto(Walk) walk = {g_ptr_array_new_with_free_func(g_free), visit, user_data, 0, FALSE};
	const char *wrong = take_lines(&walk, g_str_has_prefix(valid, BYTE_ORDER_MARK) ? valid + strlen(BYTE_ORDER_MARK) : valid);
	if (wrong == NULL && !walk.any)
		wrong = "it is empty";
	if (wrong == NULL && walk.open->len > 0)
		wrong = "it breaks off before its last END";
	if (wrong != NULL)
		error_set(error, ERROR_INVALID, "not iCalendar: at line %u: %s", walk.line, wrong);
	return wrong == NULL;
}

static gboolean has_control(const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (g_ascii_iscntrl(*p) && *p != '\t')
			return TRUE;
	}
	return FALSE;
}

static const char *write_line(ContentKind kind, const char *text, guint depth, gpointer out)
{
	(void)depth;
	if (strlen(text) > LINE_MAX_BYTES)
		return "a property is longer than 64 KiB";
	if (has_control(text))
		return "a control character";
	const char *keyword = kind == CONTENT_BEGIN ? "BEGIN:" : kind == CONTENT_END ? "END:" : "";
	g_string_append_printf(out, "%s%s\r\n", keyword, text);
	return NULL;
}

char *content_unfold(const char *text, gsize length, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	if (!content_walk(text, length, SIZE_MAX_BYTES, write_line, out, error))
		return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}
