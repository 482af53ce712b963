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
	GString *out;
	guint line; /* the number of the physical line being read, for messages */
} Unfolding;

static void unfolding_clear(Unfolding *unfolding)
{
	g_ptr_array_unref(unfolding->open);
	if (unfolding->out != NULL)
		g_string_free(unfolding->out, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Unfolding, unfolding_clear)

/* What stands behind "BEGIN:" or "END:", upper case; NULL where the line begins otherwise. */
static char *component_name(const char *line, const char *keyword)
{
	if (g_ascii_strncasecmp(line, keyword, strlen(keyword)) != 0)
		return NULL;
	return g_strstrip(g_ascii_strup(line + strlen(keyword), -1));
}

static const char *begin_component(Unfolding *unfolding, const char *name)
{
	if (unfolding->open->len == 0 && strcmp(name, "VCALENDAR") != 0)
		return "only VCALENDAR may stand outermost";
	if (unfolding->open->len == DEPTH_MAX)
		return "components are nested more than 8 deep";
	g_ptr_array_add(unfolding->open, g_strdup(name));
	return NULL;
}

static const char *end_component(Unfolding *unfolding, const char *name)
{
	const guint depth = unfolding->open->len;
	if (depth == 0 || strcmp(g_ptr_array_index(unfolding->open, depth - 1), name) != 0)
		return "an END without its BEGIN";
	g_ptr_array_remove_index(unfolding->open, depth - 1);
	return NULL;
}

static gboolean has_control(const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (g_ascii_iscntrl(*p) && *p != '\t')
			return TRUE;
	}
	return FALSE;
}

/* One whole property. NULL, or what is wrong. */
static const char *take_line(Unfolding *unfolding, const char *line)
{
	g_autofree char *begun = component_name(line, "BEGIN:");
	g_autofree char *ended = component_name(line, "END:");
	const char *wrong = NULL;
	if (*line == '\0')
		return NULL;
	if (strlen(line) > LINE_MAX_BYTES)
		return "a property is longer than 64 KiB";
	if (has_control(line))
		return "a control character";
	if (begun != NULL)
		wrong = begin_component(unfolding, begun);
	else if (unfolding->open->len == 0)
		wrong = "the text does not begin with BEGIN:VCALENDAR, or goes on behind its end";
	else if (ended != NULL)
		wrong = end_component(unfolding, ended);
	g_string_append(unfolding->out, line);
	g_string_append(unfolding->out, "\r\n");
	return wrong;
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

static const char *take_lines(Unfolding *unfolding, const char *text)
{
	g_autoptr(GString) property = g_string_new(NULL);
	const char *wrong = NULL;
	for (const char *next = text; *text != '\0' && wrong == NULL; text = next) {
		const char *end = line_end(text, &next);
		unfolding->line++;
		if (*text == ' ' || *text == '\t') {
			g_string_append_len(property, text + 1, end - text - 1);
			continue;
		}
		wrong = take_line(unfolding, property->str);
		g_string_truncate(property, 0);
		g_string_append_len(property, text, end - text);
	}
	return wrong != NULL ? wrong : take_line(unfolding, property->str);
}

char *content_unfold(const char *text, gsize length, GError **error)
{
	if (length > SIZE_MAX_BYTES) {
		error_set(error, ERROR_INVALID, "not read: larger than 256 KiB");
		return NULL;
	}
	if (memchr(text, '\0', length) != NULL) {
		error_set(error, ERROR_INVALID, "not iCalendar: a NUL byte");
		return NULL;
	}
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
	g_auto(Unfolding) unfolding = {g_ptr_array_new_with_free_func(g_free), g_string_new(NULL), 0};
	const char *wrong =
		take_lines(&unfolding, g_str_has_prefix(valid, BYTE_ORDER_MARK) ? valid + strlen(BYTE_ORDER_MARK) : valid);
	if (wrong == NULL && unfolding.out->len == 0)
		wrong = "it is empty";
	if (wrong == NULL && unfolding.open->len > 0)
		wrong = "it breaks off before its last END";
	if (wrong != NULL) {
		error_set(error, ERROR_INVALID, "not iCalendar: at line %u: %s", unfolding.line, wrong);
		return NULL;
	}
	return g_string_free(g_steal_pointer(&unfolding.out), FALSE);
}
