/* What the values of electronic invoices have in common. Pure: text in, value out; nothing here knows a syntax. */
#include "intake/field.h"

#include <string.h>

#include "base/error.h"

#define DATE_LENGTH 10        /* YYYY-MM-DD */
#define FRACTION_DIGITS_MAX 9 /* what a Decimal holds */
#define SKONTO_DAYS_MAX 3660  /* a term of more than ten years is a slip of the pen */

/* Bytes of UTF-8 that are a C0 or C1 control or DEL at p; 0 = none. */
static gsize control_length(const guchar *p, gsize left)
{
	if (p[0] < 0x20 || p[0] == 0x7F)
		return 1;
	return p[0] == 0xC2 && left > 1 && p[1] < 0xA0 ? 2 : 0;
}

static void append_line(GString *line, const char *text, gsize length)
{
	const gsize start = line->len;
	gboolean blank_pending = FALSE;

	for (gsize i = 0; i < length; i++) {
		if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
			blank_pending = TRUE;
			continue;
		}
		const gsize control = control_length((const guchar *)text + i, length - i);
		if (control > 0) {
			i += control - 1;
			continue;
		}
		if (blank_pending && line->len > start)
			g_string_append_c(line, ' ');
		blank_pending = FALSE;
		g_string_append_c(line, text[i]);
	}
}

static char *string_or_null(GString *string)
{
	char *text = g_string_free(string, FALSE);

	if (*text == '\0')
		g_clear_pointer(&text, g_free);
	return text;
}

char *field_line(const char *text, gsize length)
{
	GString *line = g_string_sized_new(length);

	append_line(line, text, length);
	return string_or_null(line);
}

/* The length of the line at text: up to CR or LF or the end. */
static gsize line_length(const char *text, gsize length)
{
	gsize i = 0;

	while (i < length && text[i] != '\r' && text[i] != '\n')
		i++;
	return i;
}

char *field_lines(const char *text, gsize length)
{
	GString *lines = g_string_sized_new(length);
	const char *end = text + length;
	gsize content_end = 0; /* empty lines at the end stand behind it */

	while (text < end) {
		const gsize count = line_length(text, (gsize)(end - text));
		append_line(lines, text, count);
		if (lines->len > 0 && lines->str[lines->len - 1] != '\n')
			content_end = lines->len;
		text += count;
		if (text == end)
			break;
		text += end - text > 1 && text[0] == '\r' && text[1] == '\n' ? 2 : 1;
		if (lines->len > 0)
			g_string_append_c(lines, '\n');
	}
	g_string_truncate(lines, content_end);
	return string_or_null(lines);
}

/* "", "Z" or an offset of at most 14 hours. */
static gboolean is_time_zone(const char *text)
{
	if (strcmp(text, "") == 0 || strcmp(text, "Z") == 0)
		return TRUE;
	if ((text[0] != '+' && text[0] != '-') || strlen(text) != strlen("+00:00") || text[3] != ':')
		return FALSE;
	for (int i = 1; i < 6; i++)
		if (i != 3 && !g_ascii_isdigit(text[i]))
			return FALSE;
	return strcmp(text + 1, "14:00") <= 0 && text[4] < '6';
}

gboolean field_date(const char *line, Date *date)
{
	char day[DATE_LENGTH + 1];

	if (strlen(line) < DATE_LENGTH || !is_time_zone(line + DATE_LENGTH))
		return FALSE;
	g_strlcpy(day, line, sizeof day);
	return date_parse(day, date, NULL);
}

gboolean field_amount(const char *line, Decimal *amount, GError **error)
{
	const char *point = strchr(line, '.');
	gsize length = strlen(line);

	if (point != NULL)
		while (length - (gsize)(point - line) > FRACTION_DIGITS_MAX + 1 && line[length - 1] == '0')
			length--;
	g_autofree char *digits = g_strndup(line, length);
	return decimal_parse(digits, amount, error);
}

static void append_skonto(const char *days_text, const char *percent, Date issue_date, GArray *discounts)
{
	const guint64 days = g_ascii_strtoull(days_text, NULL, 10);

	if (days > SKONTO_DAYS_MAX)
		return;
	Discount discount = { .date = DATE_NONE, .days = (int)days, .percent = g_strdup(percent) };
	if (date_is_set(issue_date))
		discount.date = date_add_days(issue_date, discount.days);
	g_array_append_val(discounts, discount);
}

void field_discounts(const char *terms, Date issue_date, GArray *discounts)
{
	if (terms == NULL || strstr(terms, "#SKONTO#") == NULL)
		return;
	g_autoptr(GRegex) form = g_regex_new("^#SKONTO#TAGE=([0-9]+)#PROZENT=([0-9]+\\.[0-9]{2})"
	                                     "(?:#BASISBETRAG=-?[0-9]+\\.[0-9]{2})?#$",
	                                     0, 0, NULL);
	g_auto(GStrv) lines = g_strsplit(terms, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(form, *line, 0, &match))
			continue;
		g_autofree char *days = g_match_info_fetch(match, 1);
		g_autofree char *percent = g_match_info_fetch(match, 2);
		append_skonto(days, percent, issue_date, discounts);
	}
}

gboolean field_is_credit_type(const char *type_code)
{
	static const char *const codes[] = { "81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503",
		                             "532", NULL };

	return type_code != NULL && g_strv_contains(codes, type_code);
}
