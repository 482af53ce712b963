/* Codes in prose: digits with points are also versions, dates and addresses of machines, so what stands around them decides. */
#include "inbound/status.h"

#include <string.h>

static gsize digits(const char *p, gsize max)
{
	gsize n = 0;
	while (n <= max && g_ascii_isdigit(p[n]))
		n++;
	return n;
}

/* The length of the code at `p`; 0: none. */
static gsize code_length(const char *start, const char *p)
{
	if (strchr("245", *p) == NULL || p[1] != '.' || (p > start && (g_ascii_isalnum(p[-1]) || strchr(".@-_/", p[-1]) != NULL)))
		return 0;
	const gsize subject = digits(p + 2, 3);
	if (subject == 0 || subject > 3 || p[2 + subject] != '.')
		return 0;
	const gsize detail = digits(p + 3 + subject, 3);
	const char *end = p + 3 + subject + detail;
	if (detail == 0 || detail > 3 || g_ascii_isalpha(*end) || *end == '@' || (*end == '.' && g_ascii_isalnum(end[1])))
		return 0;
	return (gsize)(end - p);
}

static gboolean is_vague(const char *status)
{
	return g_str_has_suffix(status, ".0.0");
}

/* Where something went wrong. 2: says what; 1: only that the time was up, or that it is something about the address; 0: nothing. */
static int exactness(const char *status)
{
	if (is_vague(status) || *status == '2')
		return 0;
	return g_str_equal(status + 1, ".4.7") || g_str_equal(status + 1, ".1.0") ? 1 : 2;
}

char *status_find(const char *text)
{
	g_autofree char *found = NULL;
	for (const char *p = text != NULL ? text : ""; *p != '\0'; p++) {
		const gsize length = code_length(text, p);
		g_autofree char *code = length > 0 ? g_strndup(p, length) : NULL;
		if (code == NULL || (found != NULL && exactness(code) <= exactness(found)))
			continue;
		g_free(found);
		found = g_steal_pointer(&code);
	}
	return g_steal_pointer(&found);
}

/* "552 5.2.2 …", "553 sorry, … (#5.7.1)": the other server's own words. */
static gboolean is_answer(const char *diagnostic)
{
	const gboolean reply = digits(diagnostic, 3) == 3 && strchr("45", *diagnostic) != NULL && (diagnostic[3] == ' ' || diagnostic[3] == '-');
	return reply && (code_length(diagnostic, diagnostic + 4) > 0 || strstr(diagnostic, "(#") != NULL);
}

char *status_choose(const char *field, const char *diagnostic)
{
	g_autofree char *said = status_find(field), *exact = status_find(diagnostic);
	const gboolean answered = exact != NULL && !is_vague(exact) && is_answer(diagnostic);
	if (exact == NULL || (said != NULL && *said != *exact) || (said != NULL && !is_vague(said) && !answered))
		return g_steal_pointer(&said);
	return g_steal_pointer(&exact);
}

char status_reply_class(const char *text)
{
	for (const char *p = text != NULL ? text : ""; *p != '\0'; p++) {
		const gboolean begins = p == text || !(g_ascii_isalnum(p[-1]) || strchr(".@-=", p[-1]) != NULL);
		if (begins && strchr("245", *p) != NULL && digits(p, 3) == 3 && p[1] <= '5' && (p[3] == ' ' || p[3] == '-' || p[3] == '\0' || p[3] == ':'))
			return *p;
	}
	return '\0';
}

gboolean status_is_permanent(const char *status)
{
	return status != NULL && *status == '5';
}
