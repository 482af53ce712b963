/* Answers for `akkoord when`: one expression in a calendar of the policy, or a stream of questions that bring their calendars
 * along. Nothing is read but the policy file, nothing is written but the answers.
 *
 * In a batch each line has one answer, in order; a line that cannot be answered gets {"error":...} and the rest go on. Calendars
 * are kept by their JSON text and zones by name, since a stream asks for few of them many times. */
#include "cli/when.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/error.h"
#include "calendar/expression.h"
#include "cli/support.h"
#include "codec/json.h"
#include "config/policy_file.h"
#include "service/governing.h"

#define LINE_MAX_BYTES (1 << 20)
#define CALENDARS_KEPT 64

static const char *const default_slots[] = {"09:00", "14:00", NULL};

/* What an answer says where the search came to nothing, or out of the years 1 to 9999. */
static const char nothing_found[] = N_("there is no such working time within ten years");

typedef struct {
	Calendar *calendar;
	GArray *slots; /* of int */
} BatchCalendar;

typedef struct {
	GHashTable *zones;     /* name -> Zone */
	GHashTable *calendars; /* JSON text -> BatchCalendar */
} Batch;

/* One line of a batch. */
typedef struct {
	const Json *question;
	const BatchCalendar *in;
	Json *answer;
} Exchange;

/* ---- calendars that a line brings along ---- */

static void batch_calendar_free(gpointer data)
{
	BatchCalendar *batch_calendar = data;
	calendar_unref(batch_calendar->calendar);
	g_clear_pointer(&batch_calendar->slots, g_array_unref);
	g_free(batch_calendar);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BatchCalendar, batch_calendar_free)

/* The strings of a list in the calendar, NULL-ended and borrowed; the list may be absent, but nothing else may stand in its
 * place. */
static const char **read_texts(const Json *calendar, const char *key, GError **error)
{
	const Json *list = js_object_get(calendar, key);
	const gsize length = js_array_length(list);
	g_autofree const char **texts = g_new0(const char *, length + 1);
	gboolean good = list == NULL || js_is_array(list);
	for (gsize i = 0; i < length && good; i++) {
		texts[i] = js_string(js_array_get(list, i));
		good = texts[i] != NULL;
	}
	if (!good) {
		error_set(error, ERROR_INVALID, "calendar: \"%s\" must be a list of strings", key);
		return NULL;
	}
	return g_steal_pointer(&texts);
}

static gboolean add_work(Calendar *calendar, const Json *json, GError **error)
{
	g_autofree const char **texts = read_texts(json, "work", error);
	for (gsize i = 0; texts != NULL && texts[i] != NULL; i++) {
		if (!calendar_add_work(calendar, texts[i], error))
			return FALSE;
	}
	return texts != NULL;
}

static gboolean add_holidays(Calendar *calendar, const Json *json, GError **error)
{
	g_autofree const char **texts = read_texts(json, "holidays", error);
	for (gsize i = 0; texts != NULL && texts[i] != NULL; i++) {
		Date date;
		if (!date_parse(texts[i], &date, error))
			return FALSE;
		calendar_add_holiday(calendar, date);
	}
	return texts != NULL;
}

static GArray *read_slots(const Json *json, GError **error)
{
	g_autofree const char **texts = read_texts(json, "slots", error);
	GArray *slots = NULL;
	if (texts == NULL)
		return NULL;
	const gboolean given = js_object_get(json, "slots") != NULL;
	calendar_slots_parse(given ? texts : default_slots, &slots, error);
	return slots;
}

static Zone *find_zone(Batch *batch, const char *name, GError **error)
{
	Zone *zone = g_hash_table_lookup(batch->zones, name);
	if (zone == NULL) {
		zone = zone_new(name, error);
		if (zone != NULL)
			g_hash_table_insert(batch->zones, g_strdup(name), zone);
	}
	return zone;
}

static BatchCalendar *read_calendar(Batch *batch, const Json *json, GError **error)
{
	const char *name = js_object_get_string(json, "timezone");
	if (name == NULL) {
		error_set(error, ERROR_INVALID, "the calendar with its timezone is missing");
		return NULL;
	}
	Zone *zone = find_zone(batch, name, error);
	if (zone == NULL)
		return NULL;
	g_autoptr(BatchCalendar) made = g_new0(BatchCalendar, 1);
	made->calendar = calendar_new("", zone);
	made->slots = read_slots(json, error);
	if (made->slots == NULL || !add_work(made->calendar, json, error) || !add_holidays(made->calendar, json, error))
		return NULL;
	return g_steal_pointer(&made);
}

static const BatchCalendar *find_calendar(Batch *batch, const Json *json, GError **error)
{
	g_autofree char *text = json == NULL ? g_strdup("") : js_canonical(json);
	BatchCalendar *found = g_hash_table_lookup(batch->calendars, text);
	if (found != NULL)
		return found;
	found = read_calendar(batch, json, error);
	if (found == NULL)
		return NULL;
	if (g_hash_table_size(batch->calendars) >= CALENDARS_KEPT)
		g_hash_table_remove_all(batch->calendars);
	g_hash_table_insert(batch->calendars, g_steal_pointer(&text), found);
	return found;
}

/* ---- operations ---- */

static const char *read_text(const Exchange *exchange, const char *key, GError **error)
{
	const char *text = js_object_get_string(exchange->question, key);
	if (text == NULL)
		error_set(error, ERROR_INVALID, "\"%s\" is missing", key);
	return text;
}

static gboolean read_instant(const Exchange *exchange, const char *key, gint64 *instant, GError **error)
{
	const char *text = read_text(exchange, key, error);
	return text != NULL && instant_parse(text, instant, error);
}

static gboolean answer_instant(const Exchange *exchange, gint64 instant, GError **error)
{
	g_autofree char *text = instant_format(instant);
	if (text == NULL)
		error_set(error, ERROR_INVALID, "%s", nothing_found);
	js_object_set_string(exchange->answer, "t", text);
	return text != NULL;
}

static gboolean answer_add(const Exchange *exchange, GError **error)
{
	gint64 t;
	Span offset;
	const char *text = read_text(exchange, "offset", error);
	if (text == NULL || !span_parse(text, &offset, error) || !read_instant(exchange, "t", &t, error))
		return FALSE;
	return answer_instant(exchange, span_apply(exchange->in->calendar, t, offset), error);
}

static gboolean answer_next_work(const Exchange *exchange, GError **error)
{
	gint64 t;
	return read_instant(exchange, "t", &t, error) &&
	       answer_instant(exchange, calendar_next_work(exchange->in->calendar, t), error);
}

static gboolean answer_prev_close(const Exchange *exchange, GError **error)
{
	gint64 t;
	return read_instant(exchange, "t", &t, error) &&
	       answer_instant(exchange, calendar_prev_close(exchange->in->calendar, t), error);
}

static gboolean answer_between(const Exchange *exchange, GError **error)
{
	gint64 t, u;
	if (!read_instant(exchange, "t", &t, error) || !read_instant(exchange, "u", &u, error))
		return FALSE;
	js_object_set_integer(exchange->answer, "seconds", calendar_working_seconds_between(exchange->in->calendar, t, u));
	return TRUE;
}

static gboolean answer_close(const Exchange *exchange, GError **error)
{
	Date date;
	const char *text = read_text(exchange, "date", error);
	if (text == NULL || !date_parse(text, &date, error))
		return FALSE;
	return answer_instant(exchange, calendar_close_of_work(exchange->in->calendar, date), error);
}

static gboolean answer_slot(const Exchange *exchange, GError **error)
{
	gint64 t;
	return read_instant(exchange, "t", &t, error) &&
	       answer_instant(exchange, calendar_next_slot(exchange->in->calendar, exchange->in->slots, t), error);
}

static const struct {
	const char *name;
	gboolean (*answer)(const Exchange *exchange, GError **error);
} operations[] = {
	{"add", answer_add},         {"next_work", answer_next_work}, {"prev_close", answer_prev_close},
	{"between", answer_between}, {"close", answer_close},         {"slot", answer_slot},
};

static gboolean answer_operation(const Exchange *exchange, GError **error)
{
	const char *name = read_text(exchange, "op", error);
	if (name == NULL)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(operations); i++) {
		if (strcmp(operations[i].name, name) == 0)
			return operations[i].answer(exchange, error);
	}
	error_set(error, ERROR_INVALID, "no operation \"%s\" (wanted: add, next_work, prev_close, between, close or slot)", name);
	return FALSE;
}

/* ---- the batch ---- */

static gboolean answer_line(Batch *batch, const char *line, gsize length, Json *answer, GError **error)
{
	if (length > LINE_MAX_BYTES) {
		error_set(error, ERROR_INVALID, "the line is longer than %d bytes", LINE_MAX_BYTES);
		return FALSE;
	}
	g_autoptr(Json) question = js_parse(line, length, error);
	if (question == NULL)
		return FALSE;
	const BatchCalendar *in = find_calendar(batch, js_object_get(question, "calendar"), error);
	const Exchange exchange = {question, in, answer};
	return in != NULL && answer_operation(&exchange, error);
}

static void print_answer(Batch *batch, const char *line, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) answer = js_object_new();
	if (!answer_line(batch, line, length, answer, &error))
		js_object_set_string(answer, "error", error->message);
	g_autofree char *text = js_line(answer);
	puts(text);
}

static int finish_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EX_OK;
	g_printerr("akkoord when: %s: %s\n", _("cannot write the answers"), g_strerror(errno));
	return EX_IOERR;
}

static int run_batch(void)
{
	Batch batch = {
		.zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)zone_unref),
		.calendars = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, batch_calendar_free),
	};
	char *line = NULL;
	size_t size = 0;
	for (ssize_t length = getline(&line, &size, stdin); length >= 0; length = getline(&line, &size, stdin)) {
		if (line[length - 1] == '\n')
			length--;
		print_answer(&batch, line, (gsize)length);
	}
	free(line);
	g_hash_table_unref(batch.calendars);
	g_hash_table_unref(batch.zones);
	return finish_output();
}

/* ---- one expression ---- */

typedef struct {
	char *at, *calendar, *policy;
	gboolean batch;
	const char *expression; /* borrowed from the words of the command line */
} Options;

static void options_clear(Options *options)
{
	g_free(options->at);
	g_free(options->calendar);
	g_free(options->policy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void print_problems(const Problems *problems)
{
	for (guint i = 0; i < problems_count(problems); i++) {
		g_autofree char *text = problem_format(problems_get(problems, i));
		g_printerr("%s\n", text);
	}
}

static Policy *read_policy(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, error)) {
		g_prefix_error(error, "%s: ", _("policy"));
		return NULL;
	}
	const PolicyFiles beside = governing_files_beside(path, NULL);
	g_autoptr(Problems) problems = problems_new();
	Policy *policy = policy_parse(text, length, path, &beside, problems);
	if (policy == NULL) {
		print_problems(problems);
		error_set(error, ERROR_CONFIG, _("%s is wrong"), path);
	}
	return policy;
}

/* That of --policy, or policy.conf beside akkoord.conf. */
static Policy *open_policy(const Invocation *invocation, const Options *options, GError **error)
{
	if (options->policy != NULL)
		return read_policy(options->policy, error);
	g_autofree char *folder = g_path_get_dirname(invocation->config_path);
	g_autofree char *path = g_build_filename(folder, "policy.conf", NULL);
	return read_policy(path, error);
}

static Calendar *choose_calendar(const Policy *policy, const char *name, GError **error)
{
	Calendar *calendar = policy_calendar(policy, name != NULL ? name : policy->default_calendar);
	if (calendar == NULL)
		error_set(error, ERROR_NOT_FOUND, _("the policy has no calendar \"%s\""),
		          name != NULL ? name : policy->default_calendar);
	return calendar;
}

/* The anchor's instant: --at, else now. */
static gboolean read_at(const Invocation *invocation, const Calendar *calendar, const char *at, gint64 *instant, GError **error)
{
	if (at == NULL) {
		*instant = invocation->now_given ? invocation->now : clock_now();
		return TRUE;
	}
	if (zone_parse(calendar_zone(calendar), at, instant) || instant_parse(at, instant, NULL))
		return TRUE;
	error_set(error, ERROR_USAGE,
	          _("--at: \"%s\" is not a time such as 2026-12-28T16:05:00Z, or 2026-12-28 16:05 in the calendar's zone"), at);
	return FALSE;
}

/* An anchor with or without an offset, of which only the offset counts here, or the offset alone. */
static gboolean read_offset(const char *text, Span *offset, GError **error)
{
	TimeExpression expression;
	g_autoptr(GError) wrong = NULL;
	if (*text == '+' || *text == '-' || g_ascii_isdigit(*text))
		span_parse(text, offset, &wrong);
	else if (time_expression_parse(text, &expression, &wrong))
		*offset = expression.offset;
	if (wrong != NULL)
		error_set(error, ERROR_USAGE, "%s", wrong->message);
	return wrong == NULL;
}

/* "Mon 2026-12-28 16:05 Europe/Amsterdam (2026-12-28T15:05:00Z)" */
static void print_instant(const Calendar *calendar, gint64 instant, const char *utc)
{
	const char *const weekdays[] = {"", _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")};
	Date date;
	int second;
	zone_local(calendar_zone(calendar), instant, &date, &second);
	g_autofree char *day = date_format(date);
	g_autofree char *seconds = second % 60 == 0 ? g_strdup("") : g_strdup_printf(":%02d", second % 60);
	g_print("%s %s %02d:%02d%s %s (%s)\n", weekdays[date_weekday(date)], day, second / 3600, second / 60 % 60, seconds,
	        zone_name(calendar_zone(calendar)), utc);
}

static gboolean print_result(const Invocation *invocation, const Calendar *calendar, gint64 instant, GError **error)
{
	g_autofree char *utc = instant_format(instant);
	if (utc == NULL) {
		error_set(error, ERROR_INVALID, "%s", _(nothing_found));
		return FALSE;
	}
	if (invocation->json)
		g_print("{\"t\":\"%s\"}\n", utc);
	else
		print_instant(calendar, instant, utc);
	return TRUE;
}

static gboolean run_one(const Invocation *invocation, const Options *options, GError **error)
{
	Span offset;
	gint64 at;
	if (!read_offset(options->expression, &offset, error))
		return FALSE;
	g_autoptr(Policy) policy = open_policy(invocation, options, error);
	const Calendar *calendar = policy == NULL ? NULL : choose_calendar(policy, options->calendar, error);
	if (calendar == NULL || !read_at(invocation, calendar, options->at, &at, error))
		return FALSE;
	return print_result(invocation, calendar, span_apply(calendar, at, offset), error);
}

/* ---- the command ---- */

/* Takes an expression such as "-2bd" out of the words, where it would pass for options; NULL. */
static const char *take_negative(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		const char *word = argv[i];
		if (word[0] == '-' && g_ascii_isdigit(word[1])) {
			memmove(argv + i, argv + i + 1, (gsize)(*argc - i) * sizeof *argv);
			--*argc;
			return word;
		}
	}
	return NULL;
}

static int run_when(const Invocation *invocation, int argc, char **argv)
{
	g_auto(Options) options = {0};
	const GOptionEntry entries[] = {
		{"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
	         N_("the anchor's instant (RFC 3339, or \"2026-12-28 16:05\" in the calendar's zone); else now"), N_("TIME")},
		{"calendar", 0, 0, G_OPTION_ARG_STRING, &options.calendar, N_("the calendar of the policy; else its default"),
	         N_("NAME")},
		{"policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy, N_("the policy; else policy.conf beside akkoord.conf"),
	         N_("FILE")},
		{"batch", 0, 0, G_OPTION_ARG_NONE, &options.batch, N_("answer JSON lines from standard input"), NULL},
		{0},
	};
	int exit_code;
	const char *negative = take_negative(&argc, argv);
	if (!cli_options(&when_command, _("EXPRESSION"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc - 1 + (negative != NULL) != (options.batch ? 0 : 1))
		return cli_usage(&when_command, "%s", _("wanted: one expression such as start+1bd, or --batch alone"));
	if (options.batch)
		return run_batch();
	g_autoptr(GError) error = NULL;
	options.expression = negative != NULL ? negative : argv[1];
	return run_one(invocation, &options, &error) ? EX_OK : cli_fail(&when_command, error);
}

const Command when_command = {"when", N_("work out a time expression such as start+1bd, deadline-4bh or +2w"), run_when};
