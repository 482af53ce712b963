/* Selectors, from text to a tree and back. The tree is as deep as manager() is nested, at most DEPTH_MAX, so that what walks it
 * may recurse; every name in it is clean UTF-8 without control characters, and mail() holds an address that may be sent to. */
#include "domain/selector.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define DEPTH_MAX  8
#define LEVELS_MAX 20
#define LENGTH_MAX 1000

static const char *const type_names[] = {"user", "group", "lookup", "manager", "mail", "approver", NULL};

typedef struct {
	const char *text;
	const char *at;
} Scanner;

static Selector *parse_selector(Scanner *scanner, guint depth, GError **error);

/* FALSE, for the callers' return: the message counts characters as a person does. */
static gboolean fail(const Scanner *scanner, GError **error, const char *expected)
{
	error_set(error, ERROR_INVALID, "character %ld: expected %s", g_utf8_pointer_to_offset(scanner->text, scanner->at) + 1,
	          expected);
	return FALSE;
}

static void skip_blanks(Scanner *scanner)
{
	while (*scanner->at == ' ' || *scanner->at == '\t')
		scanner->at++;
}

static gboolean take(Scanner *scanner, char wanted)
{
	skip_blanks(scanner);
	if (*scanner->at != wanted)
		return FALSE;
	scanner->at++;
	return TRUE;
}

static gboolean parse_type(Scanner *scanner, SelectorType *type, GError **error)
{
	skip_blanks(scanner);
	const char *start = scanner->at;
	const gsize length = strspn(start, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
	g_autofree char *name = g_strndup(start, length);
	for (guint i = 0; type_names[i]; i++)
		if (!strcmp(name, type_names[i])) {
			*type = (SelectorType)i;
			scanner->at += length;
			return TRUE;
		}
	const char *nearest = length ? text_nearest(name, type_names) : NULL;
	if (!nearest)
		return fail(scanner, error, "user, group, lookup, manager, mail or approver");
	g_autofree char *expected = g_strdup_printf("%s, as it seems, instead of \"%s\"", nearest, name);
	return fail(scanner, error, expected);
}

/* "a ""name""" from the quote that `at` stands on. */
static char *parse_quoted(Scanner *scanner, GError **error)
{
	g_autoptr(GString) name = g_string_new(NULL);
	for (scanner->at++;; scanner->at++) {
		if (*scanner->at == '\0') {
			fail(scanner, error, "a closing double quote");
			return NULL;
		}
		if (*scanner->at == '"' && *++scanner->at != '"')
			return g_strdup(name->str);
		g_string_append_c(name, *scanner->at);
	}
}

static char *parse_name(Scanner *scanner, GError **error)
{
	skip_blanks(scanner);
	g_autofree char *name = NULL;
	const char *start = scanner->at;
	if (*start == '"') {
		name = parse_quoted(scanner, error);
		if (!name)
			return NULL;
	} else {
		scanner->at += strcspn(start, ",\"()");
		name = g_strchomp(g_strndup(start, (gsize)(scanner->at - start)));
	}
	if (*name == '\0') {
		scanner->at = start;
		fail(scanner, error, "a name");
		return NULL;
	}
	return g_steal_pointer(&name);
}

static gboolean parse_levels(Scanner *scanner, int *levels, GError **error)
{
	skip_blanks(scanner);
	const char *start = scanner->at;
	int number = 0;
	for (; g_ascii_isdigit(*scanner->at) && number <= LEVELS_MAX; scanner->at++)
		number = number * 10 + (*scanner->at - '0');
	if (number >= 1 && number <= LEVELS_MAX) {
		*levels = number;
		return TRUE;
	}
	scanner->at = start;
	return fail(scanner, error, "how many levels up, from 1 to " G_STRINGIFY(LEVELS_MAX));
}

static gboolean parse_manager(Scanner *scanner, Selector *selector, guint depth, GError **error)
{
	skip_blanks(scanner);
	const char *start = scanner->at;
	if (depth >= DEPTH_MAX)
		return fail(scanner, error, "at most " G_STRINGIFY(DEPTH_MAX) " selectors inside each other");
	selector->inner = parse_selector(scanner, depth + 1, error);
	if (!selector->inner)
		return FALSE;
	if (selector->inner->type == SELECTOR_MAIL) {
		scanner->at = start;
		return fail(scanner, error, "someone whom the directory knows, not mail()");
	}
	return !take(scanner, ',') || parse_levels(scanner, &selector->levels, error);
}

static gboolean parse_arguments(Scanner *scanner, Selector *selector, guint depth, GError **error)
{
	if (!take(scanner, '('))
		return fail(scanner, error, "an opening parenthesis");
	if (selector->type == SELECTOR_MANAGER)
		return parse_manager(scanner, selector, depth, error);
	skip_blanks(scanner);
	const char *start = scanner->at;
	selector->argument = parse_name(scanner, error);
	if (!selector->argument)
		return FALSE;
	if (selector->type == SELECTOR_MAIL && !text_is_mail_address(selector->argument)) {
		scanner->at = start;
		return fail(scanner, error, "a mail address");
	}
	return TRUE;
}

static Selector *parse_selector(Scanner *scanner, guint depth, GError **error)
{
	g_autoptr(Selector) selector = g_new0(Selector, 1);
	if (!parse_type(scanner, &selector->type, error))
		return NULL;
	if (selector->type == SELECTOR_APPROVER)
		return g_steal_pointer(&selector);
	if (selector->type == SELECTOR_MANAGER)
		selector->levels = 1;
	if (!parse_arguments(scanner, selector, depth, error))
		return NULL;
	if (!take(scanner, ')')) {
		fail(scanner, error, "a closing parenthesis");
		return NULL;
	}
	return g_steal_pointer(&selector);
}

static gboolean is_clean(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return FALSE;
	return TRUE;
}

static gboolean is_fit_to_read(const char *text, GError **error)
{
	if (strlen(text) <= LENGTH_MAX && g_utf8_validate(text, -1, NULL) && is_clean(text))
		return TRUE;
	error_set(error, ERROR_INVALID, "expected one line of at most %d bytes of UTF-8", LENGTH_MAX);
	return FALSE;
}

Selector *selector_parse_at(const char *text, gsize *at, GError **error)
{
	Scanner scanner = {.text = text, .at = text};
	*at = 0;
	if (!is_fit_to_read(text, error))
		return NULL;
	g_autoptr(Selector) selector = parse_selector(&scanner, 1, error);
	if (selector)
		skip_blanks(&scanner);
	if (selector && !*scanner.at)
		return g_steal_pointer(&selector);
	if (selector)
		fail(&scanner, error, "nothing more");
	*at = (gsize)(scanner.at - text);
	return NULL;
}

Selector *selector_parse(const char *text, GError **error)
{
	gsize at;
	return selector_parse_at(text, &at, error);
}

void selector_free(Selector *selector)
{
	if (!selector)
		return;
	selector_free(selector->inner);
	g_free(selector->argument);
	g_free(selector);
}

static void format_name(GString *text, const char *name)
{
	const gsize length = strlen(name);
	const gboolean plain = length > 0 && !strpbrk(name, ",\"()") && name[0] != ' ' && name[length - 1] != ' ';
	if (plain) {
		g_string_append(text, name);
		return;
	}
	g_string_append_c(text, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			g_string_append_c(text, '"');
		g_string_append_c(text, *p);
	}
	g_string_append_c(text, '"');
}

static void format_selector(GString *text, const Selector *selector)
{
	g_string_append(text, type_names[selector->type]);
	if (selector->type == SELECTOR_APPROVER)
		return;
	g_string_append_c(text, '(');
	if (selector->inner)
		format_selector(text, selector->inner);
	else
		format_name(text, selector->argument);
	if (selector->levels > 1)
		g_string_append_printf(text, ", %d", selector->levels);
	g_string_append_c(text, ')');
}

char *selector_format(const Selector *selector)
{
	GString *text = g_string_new(NULL);
	format_selector(text, selector);
	return g_string_free(text, FALSE);
}

gboolean selector_names_approver(const Selector *selector)
{
	while (selector->inner)
		selector = selector->inner;
	return selector->type == SELECTOR_APPROVER;
}
