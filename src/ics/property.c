/* Answers for reading one line and the values in it; libical is not asked, since it takes half of what is wrong for something else. */
#include "ics/property.h"

#include <string.h>

#define SECONDS_A_DAY  86400
#define DURATION_MAX   G_GINT64_CONSTANT(3155760000) /* 100 years */
#define ZONED_YEAR_MIN 1600                          /* Outlook's zones begin in 1601 */

void ics_property_free(IcsProperty *property)
{
	if (property == NULL)
		return;
	g_free(property->name);
	g_hash_table_unref(property->parameters);
	g_free(property->value);
	g_free(property);
}

const char *ics_property_parameter(const IcsProperty *property, const char *name)
{
	return g_hash_table_lookup(property->parameters, name);
}

gboolean ics_property_says(const IcsProperty *property, const char *value)
{
	g_autofree char *said = g_strstrip(g_strdup(property->value));
	return g_ascii_strcasecmp(said, value) == 0;
}

static gsize name_length(const char *text)
{
	gsize length = 0;
	while (g_ascii_isalnum(text[length]) || text[length] == '-')
		length++;
	return length;
}

/* What RFC 6868 writes with a circumflex, in place. */
static void read_carets(char *text)
{
	char *out = text;
	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] != '^' || strchr("n^'", p[1]) == NULL || p[1] == '\0') {
			*out++ = *p;
			continue;
		}
		p++;
		*out++ = *p == 'n' ? '\n' : *p == '\'' ? '"' : '^';
	}
	*out = '\0';
}

/* One of a parameter's values, quoted or not; NULL where a quote is not closed. Owned by the caller; *rest is behind it. */
static char *take_value(const char *text, const char **rest)
{
	const gboolean quoted = *text == '"';
	const char *begin = quoted ? text + 1 : text;
	const char *end = begin + strcspn(begin, quoted ? "\"" : ",;:\"");
	if (quoted && *end != '"')
		return NULL;
	char *value = g_strndup(begin, (gsize)(end - begin));
	read_carets(value);
	*rest = quoted ? end + 1 : end;
	return value;
}

/* One ";NAME=VALUE,VALUE"; the first value counts. NULL where it is none; else what stands behind it. */
static const char *take_parameter(IcsProperty *property, const char *text)
{
	const char *name = text + 1;
	const gsize length = name_length(name);
	if (length == 0 || name[length] != '=')
		return NULL;
	g_autofree char *key = g_ascii_strup(name, (gssize)length);
	gboolean first = !g_hash_table_contains(property->parameters, key);
	for (text = name + length; *text == '=' || *text == ',';) {
		char *value = take_value(text + 1, &text);
		if (value == NULL)
			return NULL;
		if (first)
			g_hash_table_insert(property->parameters, g_strdup(key), value);
		else
			g_free(value);
		first = FALSE;
	}
	return text;
}

IcsProperty *ics_property_parse(const char *line)
{
	const gsize length = name_length(line);
	const char *text = line + length;
	if (length == 0)
		return NULL;
	g_autoptr(IcsProperty) property = g_new0(IcsProperty, 1);
	property->name = g_ascii_strup(line, (gssize)length);
	property->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	while (text != NULL && *text == ';')
		text = take_parameter(property, text);
	if (text == NULL || *text != ':')
		return NULL;
	property->value = g_strdup(text + 1);
	return g_steal_pointer(&property);
}

/* So many digits as a number; -1 where something else stands there. */
static int digits(const char *text, int count)
{
	int number = 0;
	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit(text[i]))
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

static int second_of_day(const char *text)
{
	const int hour = digits(text, 2);
	const int minute = hour < 0 ? -1 : digits(text + 2, 2);
	const int second = minute < 0 ? -1 : digits(text + 4, 2);
	if (hour > 23 || minute > 59 || second < 0 || second > 60)
		return -1;
	return hour * 3600 + minute * 60 + MIN(second, 59);
}

gboolean ics_time_parse(const char *text, gboolean zoned, IcsTime *time)
{
	const gsize length = strlen(text);
	if (length != strlen("20261224") && length != strlen("20261224T090000") && length != strlen("20261224T090000Z"))
		return FALSE;
	const int year = digits(text, 4);
	const int month = digits(text + 4, 2);
	const int day = digits(text + 6, 2);
	const Date date = year < ZONED_YEAR_MIN || month < 0 || day < 0 ? DATE_NONE : date_from_ymd(year, month, day);
	const int second = length == strlen("20261224") ? 0 : g_ascii_toupper(text[8]) == 'T' ? second_of_day(text + 9) : -1;
	const gboolean utc = length == strlen("20261224T090000Z");
	if (!date_is_set(date) || second < 0 || (utc && g_ascii_toupper(text[15]) != 'Z'))
		return FALSE;
	const IcsTimeKind kind = length == strlen("20261224") ? ICS_DATE : utc ? ICS_UTC : zoned ? ICS_ZONED : ICS_FLOATING;
	*time = (IcsTime){kind, date, second};
	return TRUE;
}

gint64 ics_time_civil(const IcsTime *time)
{
	return (gint64)time->date.day * SECONDS_A_DAY + time->second;
}

/* "12H" at *text: adds it and goes on behind it. The units of `units` stand in their order, each at most once. */
static gboolean take_part(const char **text, const char **units, gint64 *amount, char *unit)
{
	char *end = NULL;
	if (!g_ascii_isdigit(**text))
		return FALSE;
	const guint64 number = g_ascii_strtoull(*text, &end, 10);
	const char *place = *end == '\0' ? NULL : strchr(*units, g_ascii_toupper(*end));
	if (place == NULL || number > (guint64)DURATION_MAX)
		return FALSE;
	*unit = *place;
	*units = place + 1;
	*amount = (gint64)number;
	*text = end + 1;
	return TRUE;
}

static gboolean take_parts(const char **text, const char *units, IcsDuration *duration)
{
	while (**text != '\0' && g_ascii_toupper(**text) != 'T') {
		gint64 amount = 0;
		char unit = 0;
		if (!take_part(text, &units, &amount, &unit))
			return FALSE;
		const int days = unit == 'W' ? 7 : unit == 'D' ? 1 : 0;
		const int seconds = unit == 'H' ? 3600 : unit == 'M' ? 60 : unit == 'S' ? 1 : 0;
		if (duration->days + amount * days > DURATION_MAX / SECONDS_A_DAY || duration->seconds + amount * seconds > DURATION_MAX)
			return FALSE;
		duration->days += (int)amount * days;
		duration->seconds += amount * seconds;
	}
	return TRUE;
}

gboolean ics_duration_parse(const char *text, IcsDuration *duration)
{
	IcsDuration read = {0, 0};
	text += *text == '+';
	if (g_ascii_toupper(*text) != 'P' || text[1] == '\0')
		return FALSE;
	text++;
	if (!take_parts(&text, "WD", &read))
		return FALSE;
	if (*text != '\0' && (text[1] == '\0' || (text++, !take_parts(&text, "HMS", &read)) || *text != '\0'))
		return FALSE;
	*duration = read;
	return TRUE;
}
