#include "domain/step.h"

#include "base/text.h"

#include <string.h>

static void append_field(GString *line, const char *field)
{
	g_autofree char *clean = text_clean_line(field);
	for (const char *at = clean; *at;) {
		const gsize plain = strcspn(at, "|\\");
		g_string_append_len(line, at, (gssize)plain);
		at += plain;
		if (!*at)
			break;
		g_string_append_c(line, '\\');
		g_string_append_c(line, *at++);
	}
}

char *step_new_of(const char *const *fields)
{
	GString *line = g_string_sized_new(200);
	for (guint i = 0; fields[i]; i++) {
		if (i)
			g_string_append_c(line, '|');
		append_field(line, fields[i]);
	}
	return g_string_free(line, FALSE);
}

char *step_new(const char *word, ...)
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	va_list rest;
	va_start(rest, word);
	for (const char *field = word; field; field = va_arg(rest, const char *))
		g_ptr_array_add(fields, (gpointer)field);
	va_end(rest);
	g_ptr_array_add(fields, NULL);
	return step_new_of((const char *const *)fields->pdata);
}

GStrv step_fields(const char *step)
{
	g_autoptr(GStrvBuilder) fields = g_strv_builder_new();
	g_autoptr(GString) field = g_string_new(NULL);
	for (const char *at = step; *at; at++) {
		if (*at == '|') {
			g_strv_builder_add(fields, field->str);
			g_string_truncate(field, 0);
		} else
			g_string_append_c(field, *at == '\\' && at[1] ? *++at : *at);
	}
	g_strv_builder_add(fields, field->str);
	return g_strv_builder_end(fields);
}
