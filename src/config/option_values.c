/* Values of options: each type's way from what is written to what the program holds. A reader either fills its field whole or
 * reports a problem and leaves it alone. */
#include "config/option_values.h"

#include "base/error.h"
#include "calendar/expression.h"
#include "domain/approval.h"

#include <string.h>

#define SECONDS_MAX (G_GINT64_CONSTANT(10) * 366 * 86400)

G_STATIC_ASSERT(sizeof(Tone) == sizeof(int) &&
                sizeof(SendFlags) == sizeof(int)); /* how OPTION_ENUM and OPTION_FLAGS write them */

typedef void (*ValueReader)(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader);

/* What is wanted of the option, and what was wrong with this one. */
static void complain_of(const Option *option, const ConfNode *node, const GError *cause, const OptionReader *reader)
{
	g_autofree char *wanted = option_wanted(option);
	if (cause)
		options_complain(reader, node, "%s (%s)", wanted, cause->message);
	else
		options_complain(reader, node, "%s", wanted);
}

static gboolean passes(const Option *option, const ConfNode *node, gconstpointer value, const OptionReader *reader)
{
	g_autoptr(GError) error = NULL;
	if (!option->check || option->check(value, &error))
		return TRUE;
	options_complain(reader, node, "%s", error->message);
	return FALSE;
}

static const char *text_of(const Option *option, const ConfNode *node, const OptionReader *reader)
{
	if (node->type == CONF_TEXT)
		return node->text;
	complain_of(option, node, NULL, reader);
	return NULL;
}

static char *path_beside(const char *text, const OptionReader *reader)
{
	return g_canonicalize_filename(text, reader->directory);
}

/* The text, or the path it means, checked; NULL after a problem. */
static char *take_text(const Option *option, const ConfNode *node, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return NULL;
	const gboolean is_path = option->type == OPTION_PATH || option->type == OPTION_PATHS;
	g_autofree char *value = NULL;
	if (*text == '\0')
		options_complain(reader, node, "something between the quotes");
	else
		value = is_path ? path_beside(text, reader) : g_strdup(text);
	return value && passes(option, node, value, reader) ? g_steal_pointer(&value) : NULL;
}

static void read_text(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	char **target = field;
	if (option->may_be_empty && node->type == CONF_TEXT && *node->text == '\0') {
		g_clear_pointer(target, g_free);
		return;
	}
	char *value = take_text(option, node, reader);
	if (!value)
		return;
	g_free(*target);
	*target = value;
}

/* The place of the text among the option's words, -1 after a problem. */
static int place_of(const Option *option, const ConfNode *node, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return -1;
	for (int i = 0; option->words[i]; i++)
		if (!strcmp(option->words[i], text))
			return i;
	g_autofree char *wanted = option_wanted(option);
	if (option->later_words && g_strv_contains(option->later_words, text))
		options_complain(reader, node, "%s: \"%s\" comes with a later version", wanted, text);
	else
		options_complain(reader, node, "%s", wanted);
	return -1;
}

static void read_word(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	char **target = field;
	if (place_of(option, node, reader) < 0)
		return;
	g_free(*target);
	*target = g_strdup(node->text);
}

static void read_enum(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const int place = place_of(option, node, reader);
	if (place >= 0)
		*(int *)field = place;
}

/* Calls `read_one` for the one text, or for each entry of the list. */
static void read_each(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader,
                      ValueReader read_one)
{
	if (node->type == CONF_TEXT) {
		read_one(option, node, field, reader);
		return;
	}
	if (node->type != CONF_LIST || (conf_length(node) == 0 && !option->may_be_empty)) {
		complain_of(option, node, NULL, reader);
		return;
	}
	for (guint i = 0; i < conf_length(node); i++)
		read_one(option, conf_at(node, i), field, reader);
}

static void add_flag(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const int place = place_of(option, node, reader);
	if (place >= 0)
		*(guint *)field |= 1U << place;
}

static void read_flags(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	guint flags = 0;
	read_each(option, node, &flags, reader, add_flag);
	if (flags != 0)
		*(guint *)field = flags;
}

static void add_text(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	char *value = take_text(option, node, reader);
	if (value)
		g_ptr_array_add(field, value);
}

static void read_texts(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	GPtrArray **target = field;
	g_clear_pointer(target, g_ptr_array_unref);
	*target = g_ptr_array_new_with_free_func(g_free);
	read_each(option, node, *target, reader, add_text);
}

static void add_selector(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return;
	g_autoptr(GError) error = NULL;
	g_autoptr(Selector) selector = selector_parse(text, &error);
	if (!selector)
		complain_of(option, node, error, reader);
	else if (passes(option, node, selector, reader))
		g_ptr_array_add(field, g_steal_pointer(&selector));
}

static void read_selectors(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	GPtrArray **target = field;
	g_clear_pointer(target, g_ptr_array_unref);
	*target = g_ptr_array_new_with_free_func((GDestroyNotify)selector_free);
	read_each(option, node, *target, reader, add_selector);
}

static gboolean take_time(const Option *option, const ConfNode *node, TimeExpression *expression, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return FALSE;
	g_autoptr(GError) error = NULL;
	if (!time_expression_parse(text, expression, &error)) {
		complain_of(option, node, error, reader);
		return FALSE;
	}
	return passes(option, node, expression, reader);
}

static void read_time(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	TimeExpression expression;
	if (take_time(option, node, &expression, reader))
		*(TimeExpression *)field = expression;
}

static void add_time(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	TimeExpression expression;
	if (take_time(option, node, &expression, reader))
		g_array_append_val((GArray *)field, expression);
}

static void read_times(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	GArray **target = field;
	g_clear_pointer(target, g_array_unref);
	*target = g_array_new(FALSE, FALSE, sizeof(TimeExpression));
	read_each(option, node, *target, reader, add_time);
}

static void read_span(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return;
	g_autoptr(GError) error = NULL;
	Span span;
	if (!span_parse(text, &span, &error) || span.back || span.amount < option->least)
		complain_of(option, node, error, reader);
	else
		*(Span *)field = span;
}

static gboolean within_bounds(const Option *option, gint64 value)
{
	return value >= option->least && (option->most == 0 || value <= option->most);
}

static void read_number(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	if (node->type == CONF_INTEGER && within_bounds(option, node->integer))
		*(guint *)field = (guint)node->integer;
	else
		complain_of(option, node, NULL, reader);
}

static void read_flag(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	if (node->type == CONF_BOOLEAN)
		*(gboolean *)field = node->boolean;
	else
		complain_of(option, node, NULL, reader);
}

static void read_seconds(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	gint64 seconds;
	if (!text)
		return;
	if (seconds_parse(text, &seconds, NULL) && within_bounds(option, seconds))
		*(gint64 *)field = seconds;
	else
		complain_of(option, node, NULL, reader);
}

static void read_money(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	const char *text = text_of(option, node, reader);
	if (!text)
		return;
	g_autoptr(GError) error = NULL;
	Money money;
	if (!money_parse(text, &money, &error) || money.minor < 0)
		complain_of(option, node, error, reader);
	else
		*(Money *)field = money;
}

static void read_need(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	Need need;
	const gboolean readable = (node->type == CONF_TEXT || node->type == CONF_INTEGER) && need_parse(node->text, &need);
	if (!readable || (need.type == NEED_NUMBER && !within_bounds(option, need.number)))
		complain_of(option, node, NULL, reader);
	else
		*(Need *)field = need;
}

static void read_slots(const Option *option, const ConfNode *node, gpointer field, const OptionReader *reader)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	read_each(option, node, texts, reader, add_text);
	if (node->type != CONF_TEXT && texts->len != conf_length(node))
		return;
	g_ptr_array_add(texts, NULL);
	g_autoptr(GError) error = NULL;
	GArray *slots = NULL;
	if (!calendar_slots_parse((const char *const *)texts->pdata, &slots, &error)) {
		complain_of(option, node, error, reader);
		return;
	}
	GArray **target = field;
	g_clear_pointer(target, g_array_unref);
	*target = slots;
}

void option_value_read(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader)
{
	static const ValueReader readers[] = {
		[OPTION_TEXT] = read_text,       [OPTION_TEXTS] = read_texts,         [OPTION_PATH] = read_text,
		[OPTION_PATHS] = read_texts,     [OPTION_WORD] = read_word,           [OPTION_ENUM] = read_enum,
		[OPTION_FLAGS] = read_flags,     [OPTION_NUMBER] = read_number,       [OPTION_FLAG] = read_flag,
		[OPTION_SECONDS] = read_seconds, [OPTION_SPAN] = read_span,           [OPTION_TIME] = read_time,
		[OPTION_TIMES] = read_times,     [OPTION_MONEY] = read_money,         [OPTION_NEED] = read_need,
		[OPTION_SLOTS] = read_slots,     [OPTION_SELECTORS] = read_selectors,
	};
	readers[option->type](option, node, (char *)item + option->offset, reader);
}

gboolean seconds_parse(const char *text, gint64 *seconds, GError **error)
{
	static const struct {
		const char *name;
		gint64 seconds;
	} units[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
	const gsize digits = strspn(text, "0123456789");
	gint64 number;
	g_autofree char *count = g_strndup(text, digits);
	if (digits > 0 && g_ascii_string_to_signed(count, 10, 0, SECONDS_MAX, &number, NULL))
		for (guint i = 0; i < G_N_ELEMENTS(units); i++)
			if (!strcmp(units[i].name, text + digits) && number <= SECONDS_MAX / units[i].seconds) {
				*seconds = number * units[i].seconds;
				return TRUE;
			}
	error_set(error, ERROR_INVALID, "\"%s\" is no time such as 30s, 5min, 1h or 7d", text);
	return FALSE;
}
