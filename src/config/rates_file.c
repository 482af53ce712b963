/* Rates files, line by line. No quoting and no other separators: what a spreadsheet made of it otherwise is refused with its line, not guessed. */
#include "config/rates_file.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define PROBLEMS_MOST   20 /* what another file would bring is not told to its end */

typedef struct {
	Rates *rates;
	const char *origin;
	Problems *problems;
	guint errors_before; /* others' */
	guint line;
	gboolean header_seen;
} Reading;

static void complain(const Reading *reading, const char *found, const char *wanted)
{
	problems_add(reading->problems, TRUE, reading->origin, reading->line, NULL, found, "%s", wanted);
}

static void complain_of_rate(const Reading *reading, const char *line, const GError *cause)
{
	static const char wanted[] = "a currency, a comma and a rate with a point, such as NOK,0.0853";
	g_autofree char *message = cause ? text_clean_line(cause->message) : NULL;
	g_autofree char *text = message ? g_strdup_printf("%s (%s)", wanted, message) : g_strdup(wanted);
	complain(reading, line, text);
}

/* The values before and after the one comma, stripped; NULL where it is not that. */
static char **split(const char *line)
{
	g_auto(GStrv) values = g_strsplit(line, ",", -1);
	for (guint i = 0; values[i]; i++)
		g_strstrip(values[i]);
	return g_strv_length(values) == 2 ? g_steal_pointer(&values) : NULL;
}

static void read_header(Reading *reading, const char *line)
{
	g_auto(GStrv) names = split(line);
	reading->header_seen = names && !g_ascii_strcasecmp(names[0], "currency") && !g_ascii_strcasecmp(names[1], "rate");
	if (!reading->header_seen)
		complain(reading, line, "the header \"currency,rate\" first");
}

static void read_rate(const Reading *reading, const char *line)
{
	g_auto(GStrv) values = split(line);
	g_autoptr(GError) error = NULL;
	Decimal rate;
	if (!values || !decimal_parse(values[1], &rate, &error) || !rates_add(reading->rates, values[0], rate, &error))
		complain_of_rate(reading, line, error);
}

/* FALSE: no use to go on. */
static gboolean read_line(Reading *reading, char *line)
{
	g_strstrip(line);
	if (!*line || *line == '#')
		return TRUE;
	if (!reading->header_seen) {
		read_header(reading, line);
		return reading->header_seen;
	}
	read_rate(reading, line);
	return problems_error_count(reading->problems) - reading->errors_before < PROBLEMS_MOST;
}

Rates *rates_parse(const char *text, gsize length, const char *origin, const char *base, Problems *problems)
{
	g_autoptr(Rates) rates = rates_new(base);
	Reading reading = {.rates = rates, .origin = origin, .problems = problems, .errors_before = problems_error_count(problems)};
	if (length == 0 || !g_utf8_validate(text, (gssize)length, NULL)) {
		complain(&reading, NULL, "text in UTF-8: lines of currency,rate");
		return NULL;
	}
	g_autofree char *copy = g_strndup(text, length);
	g_auto(GStrv) lines = g_strsplit(g_str_has_prefix(copy, BYTE_ORDER_MARK) ? copy + strlen(BYTE_ORDER_MARK) : copy, "\n", -1);
	for (reading.line = 1; lines[reading.line - 1]; reading.line++)
		if (!read_line(&reading, lines[reading.line - 1]))
			return NULL;
	if (!reading.header_seen) {
		reading.line = 0;
		complain(&reading, NULL, "the header \"currency,rate\" first: it is empty");
	}
	return problems_error_count(problems) > reading.errors_before ? NULL : g_steal_pointer(&rates);
}
