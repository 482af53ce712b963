/* The scanner knows libconfig's tokens well enough to step over names, quoted text and comments; whether the whole is well-formed
 * remains libconfig's to say. The first thing that it cannot step over ends the scan, since what follows would be misread. */
#include "config/scan.h"

#include <string.h>

#define DEPTH_MAX 32

typedef struct {
	char bracket;
	guint line;
} Opened;

typedef struct {
	const char *at;
	guint line;
	char previous;  /* the last character that means something, 0 before the first */
	GArray *opened; /* of Opened */
	GPtrArray *literals;
	const char *origin;
	Problems *problems;
} Scan;

void number_literal_free(NumberLiteral *literal)
{
	g_free(literal->text);
	g_free(literal);
}

static gboolean complain(const Scan *scan, guint line, const char *found, const char *wanted)
{
	problems_add(scan->problems, TRUE, scan->origin, line, NULL, found, "%s", wanted);
	return FALSE;
}

/* Steps past `length` characters, counting lines. */
static void step(Scan *scan, gsize length)
{
	for (; length > 0; length--, scan->at++)
		scan->line += *scan->at == '\n';
}

static gboolean scan_block_comment(Scan *scan)
{
	const char *end = strstr(scan->at + 2, "*/");
	if (!end)
		return complain(scan, scan->line, "/*", "a */ that ends the comment which begins here");
	step(scan, (gsize)(end + 2 - scan->at));
	return TRUE;
}

/* libconfig 1.5 never frees a quoted text that its parser did not ask for. */
static gboolean may_have_text(const Scan *scan)
{
	if (scan->previous == ',')
		return scan->opened->len > 0 && g_array_index(scan->opened, Opened, scan->opened->len - 1).bracket != '{';
	return scan->previous != '\0' && strchr("=:([\"", scan->previous);
}

static gboolean scan_quoted(Scan *scan)
{
	const char *start = scan->at;
	if (!may_have_text(scan)) {
		g_autofree char *found = g_strndup(start, strcspn(start, "\n"));
		return complain(scan, scan->line, found,
		                "the name of a setting and = before a text, or a comma before it in a list");
	}
	for (scan->at++; *scan->at != '"'; scan->at++) {
		if (*scan->at == '\\' && scan->at[1] != '\0' && scan->at[1] != '\n')
			scan->at++;
		else if (*scan->at == '\n' || *scan->at == '\0') {
			g_autofree char *found = g_strndup(start, (gsize)(scan->at - start));
			return complain(scan, scan->line, found, "a closing double quote on the same line");
		}
	}
	scan->at++;
	scan->previous = '"';
	return TRUE;
}

static gboolean scan_name(Scan *scan)
{
	while (g_ascii_isalnum(*scan->at) || (*scan->at != '\0' && strchr("-_*", *scan->at)))
		scan->at++;
	scan->previous = 'a';
	return TRUE;
}

static gboolean starts_number(const char *at)
{
	at += *at == '-' || *at == '+';
	at += *at == '.';
	return g_ascii_isdigit(*at);
}

static gboolean scan_number(Scan *scan)
{
	const char *start = scan->at;
	scan->at++;
	while (g_ascii_isalnum(*scan->at) || *scan->at == '.' ||
	       ((*scan->at == '-' || *scan->at == '+') && (scan->at[-1] | 0x20) == 'e'))
		scan->at++;
	NumberLiteral *literal = g_new0(NumberLiteral, 1);
	literal->text = g_strndup(start, (gsize)(scan->at - start));
	literal->line = scan->line;
	g_ptr_array_add(scan->literals, literal);
	scan->previous = '0';
	return TRUE;
}

static gboolean scan_opening(Scan *scan)
{
	const Opened opened = {.bracket = *scan->at, .line = scan->line};
	if (scan->opened->len >= DEPTH_MAX)
		return complain(scan, scan->line, NULL, "at most " G_STRINGIFY(DEPTH_MAX) " brackets inside each other");
	g_array_append_val(scan->opened, opened);
	scan->previous = *scan->at++;
	return TRUE;
}

static char closing_of(char bracket)
{
	return bracket == '(' ? ')' : bracket == '[' ? ']' : '}';
}

static gboolean scan_closing(Scan *scan)
{
	const char found[] = {*scan->at, '\0'};
	if (scan->opened->len == 0)
		return complain(scan, scan->line, found, "no closing bracket here: none is open");
	const Opened opened = g_array_index(scan->opened, Opened, scan->opened->len - 1);
	if (closing_of(opened.bracket) != *scan->at) {
		g_autofree char *wanted = g_strdup_printf("a %c first, to close the %c of line %u", closing_of(opened.bracket),
		                                          opened.bracket, opened.line);
		return complain(scan, scan->line, found, wanted);
	}
	if (scan->previous == ',' && *scan->at != '}')
		return complain(scan, scan->line, ",", "no comma before the closing bracket");
	g_array_set_size(scan->opened, scan->opened->len - 1);
	scan->previous = *scan->at++;
	return TRUE;
}

static gboolean scan_token(Scan *scan)
{
	const char *at = scan->at;
	if (*at == '#' || !strncmp(at, "//", 2)) {
		scan->at += strcspn(at, "\n");
		return TRUE;
	}
	if (!strncmp(at, "/*", 2))
		return scan_block_comment(scan);
	if (*at == '"')
		return scan_quoted(scan);
	if (g_ascii_isalpha(*at) || *at == '*')
		return scan_name(scan);
	if (starts_number(at))
		return scan_number(scan);
	if (strchr("({[", *at))
		return scan_opening(scan);
	if (strchr(")}]", *at))
		return scan_closing(scan);
	if (g_str_has_prefix(at, "@include"))
		return complain(scan, scan->line, "@include", "everything in one file: other files cannot be included");
	if (!g_ascii_isspace(*at))
		scan->previous = *at;
	step(scan, 1);
	return TRUE;
}

static gboolean scan_all(Scan *scan)
{
	while (*scan->at != '\0')
		if (!scan_token(scan))
			return FALSE;
	if (scan->opened->len == 0)
		return TRUE;
	const Opened opened = g_array_index(scan->opened, Opened, scan->opened->len - 1);
	g_autofree char *wanted =
		g_strdup_printf("a %c that closes the %c opened here", closing_of(opened.bracket), opened.bracket);
	return complain(scan, opened.line, NULL, wanted);
}

static guint line_of(const char *text, const char *at)
{
	guint line = 1;
	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	return line;
}

GPtrArray *scan_source(const char *text, gsize length, const char *origin, Problems *problems)
{
	const char *bad;
	if (!g_utf8_validate(text, (gssize)length, &bad)) { /* which a NUL inside fails too */
		problems_add(problems, TRUE, origin, line_of(text, bad), NULL, NULL, "text in UTF-8 without NUL bytes");
		return NULL;
	}
	g_autofree char *copy = g_strndup(text, length);
	g_autoptr(GArray) opened = g_array_new(FALSE, FALSE, sizeof(Opened));
	g_autoptr(GPtrArray) literals = g_ptr_array_new_with_free_func((GDestroyNotify)number_literal_free);
	Scan scan = {.at = copy, .line = 1, .opened = opened, .literals = literals, .origin = origin, .problems = problems};
	return scan_all(&scan) ? g_steal_pointer(&literals) : NULL;
}
