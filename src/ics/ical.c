/* Answers for iCalendar in both directions, and is the only file that knows libical.
 *
 * Out: one VEVENT for one attendee, in UTC, without VTIMEZONE, shown as free. Nothing reaches libical that holds a control
 * character, since it writes those of addresses and URLs out as they are, which would let a value begin a line of its own. The
 * same event gives the same bytes.
 *
 * In: the all-day events of a holiday calendar. Only content.c's text is parsed. Where a file says something about dates that
 * cannot be read, or repeats in a way that libical 3.0 works out wrongly, all of it is refused: a holiday silently missed sends
 * mail on that day. */
#include "ics/ical.h"

#include <libical/ical.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "ics/content.h"

#define PRODUCT       "-//Akkoord//Akkoord " PACKAGE_VERSION "//EN"
#define SECONDS_A_DAY 86400
#define RULES_MAX     100
#define STARTS_MAX    200000
#define RULE_YEAR_MIN 1900

G_DEFINE_AUTOPTR_CLEANUP_FUNC(icalcomponent, icalcomponent_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(icalrecur_iterator, icalrecur_iterator_free)

/* ---- out ---- */

/* NULL, or why the text may not go in. */
static const char *text_trouble(const char *text, gboolean several_lines)
{
	if (!g_utf8_validate(text, -1, NULL))
		return "is not UTF-8";
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		if (g_unichar_iscntrl(g_utf8_get_char(p)) && !(several_lines && (*p == '\n' || *p == '\t')))
			return "holds a control character";
	}
	return NULL;
}

static const char *required_text_trouble(const char *text)
{
	return text == NULL || *text == '\0' ? "is missing" : text_trouble(text, FALSE);
}

static const char *address_trouble(const char *address)
{
	return address == NULL || !text_is_mail_address(address) ? "is not a mail address" : text_trouble(address, FALSE);
}

static const char *url_trouble(const char *url)
{
	g_autoptr(GUri) uri = url == NULL ? NULL : g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);
	if (url == NULL)
		return NULL;
	if (uri == NULL || !g_str_is_ascii(url) || strpbrk(url, " \"<>\\^`{|}") != NULL)
		return "is not a URL";
	if (strcmp(g_uri_get_scheme(uri), "https") != 0 && strcmp(g_uri_get_scheme(uri), "http") != 0)
		return "is not a web address";
	return text_trouble(url, FALSE);
}

static gboolean is_writable_instant(gint64 instant)
{
	g_autofree char *text = instant >= 0 ? instant_format(instant) : NULL;
	return text != NULL;
}

static const char *times_trouble(const IcsEvent *event)
{
	if (!is_writable_instant(event->stamp) || !is_writable_instant(event->starts) || !is_writable_instant(event->ends))
		return "are outside the years 1970 to 9999";
	return event->starts < event->ends ? NULL : "end before they begin";
}

/* All that is checked before libical sees the event: what, and what is wrong with it; NULL where nothing is. */
static char *event_trouble(const IcsEvent *event)
{
	const struct {
		const char *what, *trouble;
	} checks[] = {
		{"UID", required_text_trouble(event->uid)},
		{"SUMMARY", required_text_trouble(event->summary)},
		{"DESCRIPTION", event->description == NULL ? NULL : text_trouble(event->description, TRUE)},
		{"ORGANIZER", address_trouble(event->organizer_address)},
		{"ATTENDEE", address_trouble(event->attendee_address)},
		{"URL", url_trouble(event->url)},
		{"the times", times_trouble(event)},
		{"SEQUENCE", event->sequence < 0 || event->sequence > G_MAXINT ? "is out of range" : NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
		if (checks[i].trouble != NULL)
			return g_strdup_printf("%s %s", checks[i].what, checks[i].trouble);
	}
	/* Outlook takes no invitation from the one it is sent to. */
	if (g_ascii_strcasecmp(event->organizer_address, event->attendee_address) == 0)
		return g_strdup("ATTENDEE is the ORGANIZER");
	return NULL;
}

/* RFC 6068, 2: what may not stand in a mailto as it is goes in percent-encoded. */
static char *mailto(const char *address)
{
	g_autofree char *escaped = g_uri_escape_string(address, "!$'*+,:@", FALSE);
	return g_strconcat("mailto:", escaped, NULL);
}

/* The name without what no client reads back right: DQUOTE, and ^, which libical before 3.0.18 leaves bare (RFC 6868). */
static void add_name(icalproperty *property, const char *name)
{
	GString *bare = g_string_new(name);
	g_string_replace(bare, "\"", "", 0);
	g_string_replace(bare, "^", "", 0);
	g_autofree char *clean = text_clean_line(bare->str);
	if (*clean != '\0')
		icalproperty_add_parameter(property, icalparameter_new_cn(clean));
	g_string_free(bare, TRUE);
}

static icalproperty *new_organizer(const IcsEvent *event)
{
	g_autofree char *address = mailto(event->organizer_address);
	icalproperty *organizer = icalproperty_new_organizer(address);
	add_name(organizer, event->organizer_name);
	return organizer;
}

static icalproperty *new_attendee(const IcsEvent *event)
{
	g_autofree char *address = mailto(event->attendee_address);
	icalproperty *attendee = icalproperty_new_attendee(address);
	icalproperty_add_parameter(attendee, icalparameter_new_cutype(ICAL_CUTYPE_INDIVIDUAL));
	icalproperty_add_parameter(attendee, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
	icalproperty_add_parameter(attendee, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
	icalproperty_add_parameter(attendee, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
	add_name(attendee, event->attendee_name);
	return attendee;
}

static icalproperty *new_x(const char *name, const char *value)
{
	icalproperty *property = icalproperty_new_x(value);
	icalproperty_set_x_name(property, name);
	return property;
}

static icaltimetype utc_time(gint64 instant)
{
	return icaltime_from_timet_with_zone((time_t)instant, 0, icaltimezone_get_utc_timezone());
}

static icalcomponent *new_event(const IcsEvent *event)
{
	icalcomponent *component = icalcomponent_new_vevent();
	icalcomponent_add_property(component, icalproperty_new_uid(event->uid));
	icalcomponent_add_property(component, icalproperty_new_sequence((int)event->sequence));
	icalcomponent_add_property(component, icalproperty_new_dtstamp(utc_time(event->stamp)));
	icalcomponent_add_property(component, icalproperty_new_dtstart(utc_time(event->starts)));
	icalcomponent_add_property(component, icalproperty_new_dtend(utc_time(event->ends)));
	icalcomponent_add_property(component, new_organizer(event));
	icalcomponent_add_property(component, new_attendee(event));
	icalcomponent_add_property(component, icalproperty_new_summary(event->summary));
	if (event->description != NULL && *event->description != '\0')
		icalcomponent_add_property(component, icalproperty_new_description(event->description));
	if (event->url != NULL)
		icalcomponent_add_property(component, icalproperty_new_url(event->url));
	icalcomponent_add_property(
		component, icalproperty_new_status(event->method == ICS_CANCEL ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
	/* Exchange lets BUSYSTATUS win over TRANSP, and gives the attendee's copy INTENDEDSTATUS. */
	icalcomponent_add_property(component, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
	icalcomponent_add_property(component, new_x("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"));
	icalcomponent_add_property(component, new_x("X-MICROSOFT-CDO-INTENDEDSTATUS", "FREE"));
	icalcomponent_add_property(component, new_x("X-MICROSOFT-DISALLOW-COUNTER", "TRUE"));
	return component;
}

static icalcomponent *new_calendar(const IcsEvent *event)
{
	icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	icalcomponent_add_property(calendar, icalproperty_new_prodid(PRODUCT));
	icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
	icalcomponent_add_property(calendar, icalproperty_new_calscale("GREGORIAN"));
	icalcomponent_add_property(
		calendar, icalproperty_new_method(event->method == ICS_CANCEL ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST));
	icalcomponent_add_component(calendar, new_event(event));
	return calendar;
}

char *ics_event_format(const IcsEvent *event, GError **error)
{
	g_autofree char *trouble = event_trouble(event);
	if (trouble != NULL) {
		error_set(error, ERROR_INVALID, "invite: %s", trouble);
		return NULL;
	}
	g_autoptr(icalcomponent) calendar = new_calendar(event);
	char *text = icalcomponent_as_ical_string_r(calendar);
	char *copy = g_strdup(text);
	icalmemory_free_buffer(text);
	return copy;
}

/* ---- in ---- */

typedef struct {
	Date from, until;
	GHashTable *days;      /* of day numbers: the holidays found */
	GHashTable *overrides; /* of "UID day": occurrences for which an event of their own stands in the file */
	guint rules_left, starts_left;
} Holidays;

static Date date_of(icaltimetype time)
{
	return date_from_ymd(time.year, time.month, time.day);
}

static char *override_key(icalcomponent *event, Date date)
{
	const char *uid = icalcomponent_get_uid(event);
	return g_strdup_printf("%s %d", uid == NULL ? "" : uid, date.day);
}

static gboolean refuse(icalcomponent *event, const char *wrong, GError **error)
{
	const char *uid = icalcomponent_get_uid(event);
	const char *summary = icalcomponent_get_summary(event);
	g_autofree char *name = text_clean_line(summary != NULL ? summary : uid != NULL ? uid : "without name");
	error_set(error, ERROR_INVALID, "event \"%s\": %s", name, wrong);
	return FALSE;
}

/* libical keeps what it could not read as X-LIC-ERROR, whose text names the property. An unreadable SUMMARY is no matter, a date
 * is. */
static const char *unread_dates(icalcomponent *event)
{
	static const char *const matter[] = {"DTSTART property", "DTEND property",  "DURATION property",      "RRULE property",
	                                     "RDATE property",   "EXDATE property", "RECURRENCE-ID property", "STATUS property"};
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY)) {
		const char *text = icalproperty_get_xlicerror(p);
		for (gsize i = 0; i < G_N_ELEMENTS(matter); i++) {
			if (text != NULL && strstr(text, matter[i]) != NULL)
				return "one of its dates or rules cannot be read";
		}
	}
	return icalcomponent_get_first_property(event, ICAL_EXRULE_PROPERTY) != NULL ? "EXRULE is not understood" : NULL;
}

static gboolean is_given(const short *by)
{
	return by[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static gboolean has_negative(const short *by)
{
	for (; *by != ICAL_RECURRENCE_ARRAY_MAX; by++) {
		if (*by < 0)
			return TRUE;
	}
	return FALSE;
}

/* The shapes of rules that libical 3.0.16 works out as RFC 5545 says, found by comparing it with another implementation; NULL, or
 * what is in the way. Within the day nothing repeats, since these are whole days. */
static const char *rule_trouble(const struct icalrecurrencetype *rule)
{
	const gboolean by_month_day = is_given(rule->by_month_day);
	if (rule->rscale != NULL && g_ascii_strcasecmp(rule->rscale, "GREGORIAN") != 0)
		return "RSCALE is not understood";
	switch (rule->freq) {
	case ICAL_DAILY_RECURRENCE:
		if (is_given(rule->by_set_pos) || has_negative(rule->by_month_day))
			return "a daily rule with BYSETPOS or a negative BYMONTHDAY is not understood";
		break;
	case ICAL_WEEKLY_RECURRENCE:
		if (is_given(rule->by_set_pos))
			return "a weekly rule with BYSETPOS is not understood";
		if (rule->interval > 1 && rule->week_start != ICAL_MONDAY_WEEKDAY)
			return "a rule of every so many weeks with WKST other than MO is not understood";
		break;
	case ICAL_MONTHLY_RECURRENCE:
		if (is_given(rule->by_month))
			return "a monthly rule with BYMONTH is not understood";
		break;
	case ICAL_YEARLY_RECURRENCE:
		if (by_month_day && !is_given(rule->by_month))
			return "a yearly rule with BYMONTHDAY but no BYMONTH is not understood";
		break;
	default:
		return "a rule repeats within the day, or not at all";
	}
	if (is_given(rule->by_hour) || is_given(rule->by_minute) || is_given(rule->by_second))
		return "a rule repeats within the day";
	if (is_given(rule->by_set_pos) && by_month_day)
		return "BYSETPOS with BYMONTHDAY is not understood";
	if (is_given(rule->by_week_no) || is_given(rule->by_year_day))
		return "BYWEEKNO and BYYEARDAY are not understood";
	return NULL;
}

static icaltimetype ical_date(Date date)
{
	icaltimetype time = {.is_date = 1}; /* icaltime_null_date() has an hour of -1, from which a rule never ends */
	date_get_ymd(date, &time.year, &time.month, &time.day);
	return time;
}

static gboolean falls_on_sunday(const struct icalrecurrencetype *rule, icaltimetype start)
{
	for (const short *by = rule->by_day; *by != ICAL_RECURRENCE_ARRAY_MAX; by++) {
		if (icalrecurrencetype_day_day_of_week(*by) == ICAL_SUNDAY_WEEKDAY)
			return TRUE;
	}
	return date_weekday(date_of(start)) == 7;
}

/* Outlook and Google write WKST=SU throughout. Where no Sunday comes into it, weeks that begin on Monday hold the same days. */
static void prefer_monday(struct icalrecurrencetype *rule, icaltimetype start)
{
	if (rule->freq == ICAL_WEEKLY_RECURRENCE && rule->week_start == ICAL_SUNDAY_WEEKDAY && !falls_on_sunday(rule, start))
		rule->week_start = ICAL_MONDAY_WEEKDAY;
}

/* Appends the rule's dates up to `last`. NULL, or what is wrong. */
static const char *rule_dates(struct icalrecurrencetype rule, icaltimetype start, Date last, guint *left, GArray *dates)
{
	prefer_monday(&rule, start);
	const char *trouble = rule_trouble(&rule);
	if (trouble != NULL)
		return trouble;
	if (start.year < RULE_YEAR_MIN)
		return "a rule that begins before 1900 is not followed";
	const icaltimetype until = ical_date(last);
	if (rule.count == 0 && (icaltime_is_null_time(rule.until) || icaltime_compare(rule.until, until) > 0))
		rule.until = until;
	g_autoptr(icalrecur_iterator) iterator = icalrecur_iterator_new(rule, start);
	if (iterator == NULL)
		return "a rule gives no dates, or is not understood";
	for (icaltimetype next = icalrecur_iterator_next(iterator); !icaltime_is_null_time(next);
	     next = icalrecur_iterator_next(iterator)) {
		const Date date = date_of(next);
		if (!date_is_set(date) || date.day > last.day)
			break;
		if ((*left)-- == 0)
			return "the file's rules repeat too often";
		g_array_append_val(dates, date);
	}
	return NULL;
}

const char *ics_rule_dates(const char *rule, Date start, Date until, guint *left, GArray *dates)
{
	struct icalrecurrencetype read = icalrecurrencetype_from_string(rule);
	read.until = icaltime_null_time();
	return rule_dates(read, ical_date(start), until, left, dates);
}

static const char *add_rule(Holidays *h, struct icalrecurrencetype rule, icaltimetype start, GArray *starts)
{
	return h->rules_left-- == 0 ? "the file has more than 100 rules" : rule_dates(rule, start, h->until, &h->starts_left, starts);
}

/* DTSTART, RRULE and RDATE. NULL, or what is wrong. */
static const char *add_starts(Holidays *h, icalcomponent *event, icaltimetype start, GArray *starts)
{
	const Date first = date_of(start);
	const char *wrong = NULL;
	g_array_append_val(starts, first);
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY); p != NULL && wrong == NULL;
	     p = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY))
		wrong = add_rule(h, icalproperty_get_rrule(p), start, starts);
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); p != NULL && wrong == NULL;
	     p = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
		const struct icaldatetimeperiodtype value = icalproperty_get_rdate(p);
		const Date date = date_of(icaltime_is_null_time(value.time) ? value.period.start : value.time);
		if (!date_is_set(date))
			return "an RDATE is no date";
		g_array_append_val(starts, date);
	}
	return wrong;
}

static GHashTable *read_exceptions(icalcomponent *event)
{
	GHashTable *days = g_hash_table_new(NULL, NULL);
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY))
		g_hash_table_add(days, GINT_TO_POINTER(date_of(icalproperty_get_exdate(p)).day));
	return days;
}

/* The days that a duration reaches into; libical's own sum is an int of seconds, which 68 years overflow. */
static gint64 duration_days(struct icaldurationtype duration)
{
	const gint64 seconds =
		duration.hours * G_GINT64_CONSTANT(3600) + duration.minutes * G_GINT64_CONSTANT(60) + duration.seconds;
	const gint64 whole_days = duration.weeks * G_GINT64_CONSTANT(7) + duration.days;
	return duration.is_neg ? 0 : whole_days + (seconds + SECONDS_A_DAY - 1) / SECONDS_A_DAY;
}

/* How many days one occurrence lasts: at least one; DTEND is the first day after. */
static int days_of(icalcomponent *event, Date start)
{
	icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
	icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
	gint64 days = 1;
	if (end != NULL && date_is_set(date_of(icalproperty_get_dtend(end))))
		days = date_of(icalproperty_get_dtend(end)).day - (gint64)start.day;
	else if (duration != NULL)
		days = duration_days(icalproperty_get_duration(duration));
	return (int)CLAMP(days, 1, G_MAXINT);
}

static void add_days(Holidays *h, Date start, int count)
{
	const gint64 last = MIN((gint64)start.day + count - 1, h->until.day);
	for (gint64 day = MAX(start.day, h->from.day); day <= last; day++)
		g_hash_table_add(h->days, GINT_TO_POINTER(day));
}

/* One that stands for an occurrence of another event is itself never replaced. */
static gboolean is_replaced(const Holidays *h, icalcomponent *event, Date start)
{
	g_autofree char *key = override_key(event, start);
	return icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY) == NULL &&
	       g_hash_table_contains(h->overrides, key);
}

static gboolean add_event(Holidays *h, icalcomponent *event, GError **error)
{
	icalproperty *property = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
	const char *wrong = unread_dates(event);
	if (wrong == NULL && property == NULL)
		wrong = "DTSTART is missing";
	if (wrong != NULL)
		return refuse(event, wrong, error);
	const icaltimetype start = icalproperty_get_dtstart(property);
	if (!start.is_date || icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED)
		return TRUE;
	if (!date_is_set(date_of(start)))
		return refuse(event, "DTSTART is no date", error);
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(Date));
	g_autoptr(GHashTable) exceptions = read_exceptions(event);
	wrong = add_starts(h, event, start, starts);
	if (wrong != NULL)
		return refuse(event, wrong, error);
	const int days = days_of(event, date_of(start));
	for (guint i = 0; i < starts->len; i++) {
		const Date date = g_array_index(starts, Date, i);
		if (!g_hash_table_contains(exceptions, GINT_TO_POINTER(date.day)) && !is_replaced(h, event, date))
			add_days(h, date, days);
	}
	return TRUE;
}

static gboolean note_override(Holidays *h, icalcomponent *event, GError **error)
{
	(void)error;
	if (icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY) != NULL)
		g_hash_table_add(h->overrides, override_key(event, date_of(icalcomponent_get_recurrenceid(event))));
	return TRUE;
}

typedef gboolean (*EventFunc)(Holidays *h, icalcomponent *event, GError **error);

static gboolean each_event(Holidays *h, icalcomponent *calendar, EventFunc visit, GError **error)
{
	for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != NULL;
	     event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
		if (!visit(h, event, error))
			return FALSE;
	}
	return TRUE;
}

/* Several calendars one after the other come in a root of libical's own. */
static gboolean each_calendar(Holidays *h, icalcomponent *root, EventFunc visit, GError **error)
{
	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
		return each_event(h, root, visit, error);
	for (icalcomponent *calendar = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); calendar != NULL;
	     calendar = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT)) {
		if (!each_event(h, calendar, visit, error))
			return FALSE;
	}
	return TRUE;
}

static int compare_dates(const void *a, const void *b)
{
	const gint32 first = ((const Date *)a)->day;
	const gint32 second = ((const Date *)b)->day;
	return (first > second) - (first < second);
}

static GArray *sorted_days(GHashTable *days)
{
	GArray *dates = g_array_new(FALSE, FALSE, sizeof(Date));
	GHashTableIter iter;
	gpointer day;
	g_hash_table_iter_init(&iter, days);
	while (g_hash_table_iter_next(&iter, &day, NULL)) {
		const Date date = {GPOINTER_TO_INT(day)};
		g_array_append_val(dates, date);
	}
	g_array_sort(dates, compare_dates);
	return dates;
}

GArray *ics_holidays(const char *text, gsize length, Date from, Date until, GError **error)
{
	g_autofree char *lines = content_unfold(text, length, error);
	g_autoptr(icalcomponent) root = lines == NULL ? NULL : icalparser_parse_string(lines);
	if (root == NULL) {
		if (lines != NULL)
			error_set(error, ERROR_INVALID, "not iCalendar");
		return NULL;
	}
	g_autoptr(GHashTable) days = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Holidays h = {from, until, days, overrides, RULES_MAX, STARTS_MAX};
	if (!each_calendar(&h, root, note_override, error) || !each_calendar(&h, root, add_event, error))
		return NULL;
	return sorted_days(days);
}
