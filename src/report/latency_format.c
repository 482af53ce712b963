/* The latency report as a table for a terminal, CSV and JSON lines. Group names come from directories and documents, so
 * each form makes them harmless in its own way. */
#include "report/latency_row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"

#define TERMINAL_COLUMNS 100
#define GAP 2 /* blanks between columns */
#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400

enum { NAME, DECIDED, LATE, MEASURE, MEDIAN, P90, P95, MAXIMUM, OPEN, OPEN_LATE, OLDEST, HELD, ASKING, CELLS };

typedef struct {
	char *cells[CELLS];
} Line;

static void line_clear(gpointer data)
{
	Line *line = data;
	for (guint i = 0; i < CELLS; i++)
		g_free(line->cells[i]);
}

/* Two units at most, rounded down: "45s", "20min", "3h 20min". */
static char *format_hours(gint64 seconds)
{
	const glong hours = (glong)(seconds / HOUR_S), minutes = (glong)(seconds % HOUR_S / MINUTE_S);
	if (seconds < MINUTE_S)
		return g_strdup_printf(_("%lds"), (glong)seconds);
	if (hours == 0)
		return g_strdup_printf(_("%ldmin"), minutes);
	return minutes == 0 ? g_strdup_printf(_("%ldh"), hours) : g_strdup_printf(_("%ldh %ldmin"), hours, minutes);
}

/* From a day on in days of 24 hours: "2d 3h". Working time never is: its days have no fixed length. */
static char *format_elapsed(gint64 seconds)
{
	if (seconds < DAY_S)
		return format_hours(seconds);
	const glong days = (glong)(seconds / DAY_S), hours = (glong)(seconds % DAY_S / HOUR_S);
	return hours == 0 ? g_strdup_printf(_("%ldd"), days) : g_strdup_printf(_("%ldd %ldh"), days, hours);
}

static void set_spread(Line *line, const Spread *spread, char *(*format)(gint64 seconds))
{
	line->cells[MEDIAN] = spread ? format(spread->median_s) : g_strdup("-");
	line->cells[P90] = spread ? format(spread->p90_s) : g_strdup("-");
	line->cells[P95] = spread ? format(spread->p95_s) : g_strdup("-");
	line->cells[MAXIMUM] = spread ? format(spread->max_s) : g_strdup("-");
}

static char *format_count(guint count)
{
	return g_strdup_printf("%u", count);
}

static void append_heading(GArray *lines, const char *title, gboolean held)
{
	const char *const headings[CELLS] = {
		title, _("decided"), _("late"), "", _("median"), _("p90"), _("p95"), _("max"), _("open"), _("late"), _("oldest"),
		held ? _("on hold") : "", held ? _("asking") : ""};
	Line line;
	for (guint i = 0; i < CELLS; i++)
		line.cells[i] = g_strdup(headings[i]);
	g_array_append_val(lines, line);
}

/* A group is two lines, elapsed above working time, so that a table of eleven columns fits a terminal; a third and two columns more where anything was on hold. */
static void append_row(GArray *lines, const LatencyRow *row, gboolean held)
{
	Line line = {0};
	line.cells[NAME] = row->group ? text_clean_line(row->group) : g_strdup(_("total"));
	line.cells[DECIDED] = format_count(row->count);
	line.cells[LATE] = format_count(row->late);
	line.cells[MEASURE] = g_strdup(_("elapsed"));
	set_spread(&line, row->count > 0 ? &row->elapsed : NULL, format_elapsed);
	line.cells[OPEN] = format_count(row->open);
	line.cells[OPEN_LATE] = format_count(row->open_late);
	line.cells[OLDEST] = row->open > 0 ? format_elapsed(row->oldest_open_s) : g_strdup("-");
	g_array_append_val(lines, line);
	line = (Line){0};
	line.cells[MEASURE] = g_strdup(_("working"));
	set_spread(&line, row->count > 0 ? &row->working : NULL, format_hours);
	g_array_append_val(lines, line);
	if (!held)
		return;
	line = (Line){0};
	line.cells[MEASURE] = g_strdup(_("net"));
	set_spread(&line, row->count > 0 ? &row->net : NULL, format_hours);
	line.cells[HELD] = format_hours(row->held_s);
	line.cells[ASKING] = format_hours(row->asking_s);
	g_array_append_val(lines, line);
}

/* Columns that a terminal uses for it. */
static guint display_width(const char *text)
{
	guint width = 0;
	for (; text && *text; text = g_utf8_next_char(text)) {
		const gunichar c = g_utf8_get_char(text);
		width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

/* Names get what the other columns leave of the terminal; a longer one stands on a line of its own. */
static void measure(const GArray *lines, guint widths[CELLS])
{
	guint rest = 0;
	memset(widths, 0, sizeof(guint) * CELLS);
	for (guint column = CELLS; column-- > 0;) {
		const guint room = rest + GAP < TERMINAL_COLUMNS ? TERMINAL_COLUMNS - rest : 0;
		for (guint i = 0; i < lines->len; i++) {
			const guint width = display_width(g_array_index(lines, Line, i).cells[column]);
			if (column != NAME || width <= room)
				widths[column] = MAX(widths[column], width);
		}
		rest += widths[column] || column < HELD ? widths[column] + GAP : 0;
	}
}

static void append_blanks(GString *out, guint count)
{
	g_string_append_printf(out, "%*s", (int)count, "");
}

static void append_line(GString *out, const Line *line, const guint widths[CELLS])
{
	const gsize start = out->len;
	for (guint column = 0; column < CELLS; column++) {
		const char *cell = line->cells[column] ? line->cells[column] : "";
		guint width = display_width(cell);
		if (column == NAME && width > widths[NAME]) {
			g_string_append_printf(out, "%s\n", cell);
			cell = "";
			width = 0;
		}
		const guint padding = widths[column] - width;
		const gboolean left = column == NAME || column == MEASURE;
		append_blanks(out, (column == NAME ? 0 : GAP) + (left ? 0 : padding));
		g_string_append(out, cell);
		append_blanks(out, left ? padding : 0);
	}
	while (out->len > start && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

static void append_rule(GString *out, const guint widths[CELLS])
{
	guint width = (widths[HELD] ? CELLS - 1 : OLDEST) * GAP;
	for (guint column = 0; column < CELLS; column++)
		width += widths[column];
	g_autofree char *rule = g_strnfill(width, '-');
	g_string_append_printf(out, "%s\n", rule);
}

void latency_rows_append_text(GString *out, const LatencyRow *rows, guint count, const char *title)
{
	const LatencyRow *total = &rows[count - 1];
	if (total->count == 0 && total->open == 0) {
		g_string_append_printf(out, "%s\n", _("There are no approvals to report on."));
		return;
	}
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
	g_array_set_clear_func(lines, line_clear);
	gboolean held = total->held_s > 0 || total->asking_s > 0;
	append_heading(lines, title, held);
	for (guint i = 0; i < count; i++)
		append_row(lines, &rows[i], held);
	guint widths[CELLS];
	measure(lines, widths);
	for (guint i = 0; i < lines->len; i++) {
		if (i == 1 || i == lines->len - (held ? 3 : 2))
			append_rule(out, widths);
		append_line(out, &g_array_index(lines, Line, i), widths);
	}
}

/* RFC 4180, 2: quoted where it holds what would end it. A spreadsheet takes a cell that begins like a formula for one:
 * the apostrophe in front makes it text there. */
static void append_csv_text(GString *out, const char *text)
{
	g_autofree char *clean = text_clean_line(text);
	g_autoptr(GString) cell = g_string_new(*clean && strchr("=+-@", *clean) ? "'" : "");
	g_string_append(cell, clean);
	if (!strpbrk(cell->str, "\",;")) {
		g_string_append(out, cell->str);
		return;
	}
	g_string_replace(cell, "\"", "\"\"", 0);
	g_string_append_printf(out, "\"%s\"", cell->str);
}

static void append_csv_seconds(GString *out, gboolean known, gint64 seconds)
{
	g_string_append_c(out, ',');
	if (known)
		g_string_append_printf(out, "%" G_GINT64_FORMAT, seconds);
}

static void append_csv_spread(GString *out, gboolean known, const Spread *spread)
{
	append_csv_seconds(out, known, spread->median_s);
	append_csv_seconds(out, known, spread->p90_s);
	append_csv_seconds(out, known, spread->p95_s);
	append_csv_seconds(out, known, spread->max_s);
}

void latency_rows_append_csv(GString *out, const LatencyRow *rows, guint count, const char *title)
{
	g_string_append(out, "scope,");
	append_csv_text(out, title);
	g_string_append(out, ",count,late,elapsed_median_s,elapsed_p90_s,elapsed_p95_s,elapsed_max_s,working_median_s,working_p90_s,"
	                     "working_p95_s,working_max_s,open,open_late,oldest_open_s,net_median_s,net_p90_s,net_p95_s,net_max_s,held_s,asking_s\r\n");
	for (guint i = 0; i < count; i++) {
		const LatencyRow *row = &rows[i];
		g_string_append(out, row->group ? "group," : "total,");
		append_csv_text(out, row->group ? row->group : "");
		g_string_append_printf(out, ",%u,%u", row->count, row->late);
		append_csv_spread(out, row->count > 0, &row->elapsed);
		append_csv_spread(out, row->count > 0, &row->working);
		g_string_append_printf(out, ",%u,%u", row->open, row->open_late);
		append_csv_seconds(out, row->open > 0, row->oldest_open_s);
		append_csv_spread(out, row->count > 0, &row->net);
		append_csv_seconds(out, TRUE, row->held_s);
		append_csv_seconds(out, TRUE, row->asking_s);
		g_string_append(out, "\r\n");
	}
}

static Json *spread_object(const Spread *spread)
{
	Json *object = js_object_new();
	js_object_set_integer(object, "median", spread->median_s);
	js_object_set_integer(object, "p90", spread->p90_s);
	js_object_set_integer(object, "p95", spread->p95_s);
	js_object_set_integer(object, "max", spread->max_s);
	return object;
}

void latency_rows_append_json(GString *out, const LatencyRow *rows, guint count)
{
	for (guint i = 0; i < count; i++) {
		const LatencyRow *row = &rows[i];
		g_autoptr(Json) object = js_object_new();
		js_object_set_string(object, "scope", row->group ? "group" : "total");
		js_object_set_line(object, "group", row->group);
		js_object_set_integer(object, "count", row->count);
		js_object_set_integer(object, "late", row->late);
		js_object_set(object, "elapsed_s", row->count > 0 ? spread_object(&row->elapsed) : NULL);
		js_object_set(object, "working_s", row->count > 0 ? spread_object(&row->working) : NULL);
		if (row->held_s > 0 || row->asking_s > 0) {
			js_object_set(object, "net_s", spread_object(&row->net));
			js_object_set_integer(object, "held_s", row->held_s);
			js_object_set_integer(object, "asking_s", row->asking_s);
		}
		js_object_set_integer(object, "open", row->open);
		js_object_set_integer(object, "open_late", row->open_late);
		if (row->open > 0)
			js_object_set_integer(object, "oldest_open_s", row->oldest_open_s);
		g_autofree char *line = js_line(object);
		g_string_append_printf(out, "%s\n", line);
	}
}
