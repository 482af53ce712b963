/* What the option tables say, for people: the words of a finding and the option list of a manual page. */
#include "config/options.h"

#include <string.h>

/* "a, b or c" */
static char *join_words(const char *const *words)
{
	GString *joined = g_string_new(NULL);
	for (guint i = 0; words[i]; i++) {
		if (i > 0)
			g_string_append(joined, words[i + 1] ? ", " : " or ");
		g_string_append(joined, words[i]);
	}
	return g_string_free(joined, FALSE);
}

/* A number that a person would rather read as a time: 300 s as 5min. */
static char *format_seconds(gint64 seconds)
{
	if (seconds % 3600 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT "h", seconds / 3600);
	if (seconds % 60 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT "min", seconds / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT "s", seconds);
}

static char *wanted_seconds(const Option *option)
{
	g_autofree char *least = format_seconds(option->least);
	g_autofree char *most = format_seconds(option->most);
	return g_strdup_printf("a time from %s to %s", least, most);
}

static char *wanted_words(const Option *option)
{
	g_autofree char *words = join_words(option->words);
	return option->type == OPTION_FLAGS ? g_strdup_printf("a list of %s", words) : g_steal_pointer(&words);
}

static const char *wanted_phrase(const Option *option)
{
	static const char *const phrases[] = {
		[OPTION_TEXT] = "a text in double quotes",
		[OPTION_TEXTS] = "a text or a list of texts",
		[OPTION_PATH] = "a path in double quotes",
		[OPTION_PATHS] = "a path or a list of paths",
		[OPTION_FLAG] = "true or false",
		[OPTION_TIME] = "a time such as start+1bd or deadline-4bh",
		[OPTION_TIMES] = "a list of times such as due-2bd",
		[OPTION_MONEY] = "an amount such as \"250.00 EUR\"",
		[OPTION_NEED] = "any, all or a number from 1 to 100",
		[OPTION_SLOTS] = "a list of local times such as 09:00",
		[OPTION_SELECTORS] = "a selector such as user(anna) or group(finance), or a list of them",
		[OPTION_GROUP] = "settings in { }",
		[OPTION_LIST] = "a list ( { }, … )",
		[OPTION_NAMED] = "a group { NAME = { }; … }",
		[OPTION_NAMED_LISTS] = "a group { NAME = ( … ); … }",
		[OPTION_LATER] = "nothing yet",
	};
	return phrases[option->type];
}

char *option_wanted(const Option *option)
{
	switch (option->type) {
	case OPTION_WORD:
	case OPTION_ENUM:
	case OPTION_FLAGS:
		return wanted_words(option);
	case OPTION_NUMBER:
		return g_strdup_printf("a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option->least, option->most);
	case OPTION_SECONDS:
		return wanted_seconds(option);
	case OPTION_SPAN:
		return g_strdup_printf("a span such as %s", option->least > 0 ? "5bd, 4bh or 2w" : "5bd, 4bh or 0h");
	default:
		return g_strdup(wanted_phrase(option));
	}
}

/* Text that groff prints as it stands. */
static void append_roff(GString *page, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(page, "\\&");
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (c == '\\')
			g_string_append(page, "\\e");
		else if (c == '-')
			g_string_append(page, "\\-");
		else if (c == '"')
			g_string_append(page, "\\(dq");
		else if (c >= 0x80)
			g_string_append_printf(page, "\\[u%04X]", c);
		else
			g_string_append_unichar(page, c);
	}
}

static void append_option(GString *page, const char *path, const Option *option)
{
	g_autofree char *wanted = option_wanted(option);
	g_string_append(page, ".TP\n.B ");
	append_roff(page, path);
	g_string_append_c(page, '\n');
	append_roff(page, option->help);
	g_string_append(page, "\nTakes ");
	append_roff(page, wanted);
	g_string_append_c(page, '.');
	if (option->required)
		g_string_append(page, " Required.");
	else if (option->initial) {
		g_string_append(page, " Default: ");
		append_roff(page, option->initial);
		g_string_append_c(page, '.');
	}
	g_string_append_c(page, '\n');
}

static void append_table(GString *page, const char *prefix, const Option *table)
{
	static const char *const below[] = {
		[OPTION_GROUP] = ".",
		[OPTION_LIST] = "[].",
		[OPTION_NAMED] = ".NAME.",
		[OPTION_NAMED_LISTS] = ".NAME[].",
	};
	for (const Option *option = table; option->name; option++) {
		if (option->type == OPTION_LATER || option->without_effect)
			continue;
		g_autofree char *path = g_strconcat(prefix, option->name, NULL);
		append_option(page, path, option);
		if (!option->members)
			continue;
		g_autofree char *inner = g_strconcat(path, below[option->type], NULL);
		append_table(page, inner, option->type == OPTION_NAMED_LISTS ? option->members->members : option->members);
	}
}

char *options_manual(const Option *table)
{
	GString *page = g_string_new(NULL);
	append_table(page, "", table);
	return g_string_free(page, FALSE);
}
