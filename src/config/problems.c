/* Findings about configuration files, kept in the order in which a reader meets them: by file, then line, then as found. */
#include "config/problems.h"

#include "base/text.h"

#include <string.h>

#define FOUND_MAX 120 /* characters of a value that a finding repeats */

struct Problems {
	GPtrArray *list; /* of Problem */
	guint errors;
};

static void problem_free(gpointer data)
{
	Problem *problem = data;
	g_free(problem->file);
	g_free(problem->setting);
	g_free(problem->found);
	g_free(problem->wanted);
	g_free(problem);
}

Problems *problems_new(void)
{
	Problems *problems = g_new0(Problems, 1);
	problems->list = g_ptr_array_new_with_free_func(problem_free);
	return problems;
}

void problems_free(Problems *problems)
{
	if (!problems)
		return;
	g_ptr_array_unref(problems->list);
	g_free(problems);
}

/* Values come from files of any kind and end on a terminal. */
static char *clean_excerpt(const char *found)
{
	if (!found)
		return NULL;
	g_autofree char *clean = text_clean_line(found);
	if (g_utf8_strlen(clean, -1) <= FOUND_MAX)
		return g_steal_pointer(&clean);
	g_autofree char *start = g_utf8_substring(clean, 0, FOUND_MAX);
	return g_strconcat(start, "…", NULL);
}

static guint place_for(const Problems *problems, const Problem *problem)
{
	guint place = problems->list->len;
	for (; place > 0; place--) {
		const Problem *before = g_ptr_array_index(problems->list, place - 1);
		const int order = g_strcmp0(before->file, problem->file);
		if (order < 0 || (order == 0 && before->line <= problem->line))
			break;
	}
	return place;
}

void problems_add(Problems *problems, gboolean is_error, const char *file, guint line, const char *setting, const char *found,
                  const char *wanted_format, ...)
{
	Problem *problem = g_new0(Problem, 1);
	va_list arguments;
	va_start(arguments, wanted_format);
	problem->wanted = g_strdup_vprintf(wanted_format, arguments);
	va_end(arguments);
	problem->is_error = is_error;
	problem->file = g_strdup(file);
	problem->line = line;
	problem->setting = g_strdup(setting);
	problem->found = clean_excerpt(found);
	problems->errors += is_error ? 1 : 0;
	g_ptr_array_insert(problems->list, (gint)place_for(problems, problem), problem);
}

guint problems_count(const Problems *problems)
{
	return problems->list->len;
}

guint problems_error_count(const Problems *problems)
{
	return problems->errors;
}

gboolean problems_has_errors(const Problems *problems)
{
	return problems->errors > 0;
}

const Problem *problems_get(const Problems *problems, guint index)
{
	return g_ptr_array_index(problems->list, index);
}

char *problem_format(const Problem *problem)
{
	GString *text = g_string_new(problem->file);
	if (problem->line > 0)
		g_string_append_printf(text, ":%u", problem->line);
	g_string_append(text, problem->is_error ? ": " : ": warning: ");
	if (problem->setting && *problem->setting)
		g_string_append_printf(text, "%s: ", problem->setting);
	if (problem->found)
		g_string_append_printf(text, "found \"%s\", ", problem->found);
	g_string_append_printf(text, "wanted %s", problem->wanted);
	return g_string_free(text, FALSE);
}

char *problems_format(const Problems *problems)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < problems_count(problems); i++) {
		g_autofree char *line = problem_format(problems_get(problems, i));
		g_string_append_printf(text, "%s%s", text->len ? "\n" : "", line);
	}
	return g_string_free(text, FALSE);
}
