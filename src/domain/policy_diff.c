/* Policies side by side. Of each kind of thing (calendar, rung, stage, …) a table says which settings it has and how each reads; things in lists are
 * matched by name, whatever their place, and a change of places is a change of its own. */
#include "domain/policy_diff.h"

#include "domain/policy_text.h"

#include <string.h>

#define DAYS_NAMED 6 /* of holidays that came or went; more are only counted */

typedef struct {
	const char *what;
	gsize offset;
	char *(*text)(gconstpointer field); /* NULL: none. Owned by the caller */
} Setting;

typedef struct {
	const char *name; /* "rung" */
	const char *plural;
	const char *(*name_of)(gconstpointer item);
	const Setting *settings;              /* ended by a NULL what */
	char *(*summary)(gconstpointer item); /* of a new one */
	/* What it holds, in a place of that name; NULL. */
	void (*inside)(GPtrArray *changes, const char *where, gconstpointer older, gconstpointer newer);
} Kind;

static const char *const change_names[] = {"changed", "new", "gone", "more", "fewer"};

const char *policy_change_name(PolicyChangeType type)
{
	return change_names[type];
}

static void policy_change_free(gpointer data)
{
	PolicyChange *change = data;
	g_free(change->where);
	g_free(change->what);
	g_free(change->from);
	g_free(change->to);
	g_free(change);
}

static PolicyChange *add_change(GPtrArray *changes, PolicyChangeType type, const char *where, const char *what)
{
	PolicyChange *change = g_new0(PolicyChange, 1);
	change->type = type;
	change->where = g_strdup(where);
	change->what = g_strdup(what);
	g_ptr_array_add(changes, change);
	return change;
}

/* --- comparing --- */

static char *setting_text(const Setting *setting, gconstpointer item)
{
	return setting->text((const char *)item + setting->offset);
}

static void diff_settings(GPtrArray *changes, const char *where, const Setting *settings, gconstpointer older, gconstpointer newer)
{
	for (const Setting *setting = settings; setting->what; setting++) {
		g_autofree char *from = setting_text(setting, older), *to = setting_text(setting, newer);
		if (!g_strcmp0(from, to))
			continue;
		PolicyChange *change = add_change(changes, POLICY_CHANGED, where, setting->what);
		change->from = g_steal_pointer(&from);
		change->to = g_steal_pointer(&to);
	}
}

static gconstpointer find(const Kind *kind, const GPtrArray *items, const char *name)
{
	for (guint i = 0; i < items->len; i++)
		if (!g_strcmp0(kind->name_of(g_ptr_array_index(items, i)), name))
			return g_ptr_array_index(items, i);
	return NULL;
}

/* The names of the items that `others` has too, in order. */
static char *common_names(const Kind *kind, const GPtrArray *items, const GPtrArray *others)
{
	GPtrArray *names = policy_texts_new();
	for (guint i = 0; i < items->len; i++) {
		const char *name = kind->name_of(g_ptr_array_index(items, i));
		if (find(kind, others, name))
			g_ptr_array_add(names, g_strdup(name));
	}
	return policy_texts_join(names);
}

static void diff_order(GPtrArray *changes, const char *where, const Kind *kind, const GPtrArray *older, const GPtrArray *newer)
{
	g_autofree char *from = common_names(kind, older, newer), *to = common_names(kind, newer, older);
	if (!g_strcmp0(from, to))
		return;
	g_autofree char *what = g_strdup_printf("order of %s", kind->plural);
	PolicyChange *change = add_change(changes, POLICY_CHANGED, where, what);
	change->from = g_steal_pointer(&from);
	change->to = g_steal_pointer(&to);
}

static void diff_item(GPtrArray *changes, const char *where, const Kind *kind, gconstpointer older, gconstpointer newer)
{
	g_autofree char *there = g_strdup_printf("%s%s%s %s", where ? where : "", where ? ", " : "", kind->name, kind->name_of(newer));
	diff_settings(changes, there, kind->settings, older, newer);
	if (kind->inside)
		kind->inside(changes, there, older, newer);
}

static void diff_items(GPtrArray *changes, const char *where, const Kind *kind, const GPtrArray *older, const GPtrArray *newer)
{
	for (guint i = 0; i < older->len; i++) {
		const char *name = kind->name_of(g_ptr_array_index(older, i));
		g_autofree char *what = g_strdup_printf("%s %s", kind->name, name);
		if (!find(kind, newer, name))
			add_change(changes, POLICY_GONE, where, what);
	}
	for (guint i = 0; i < newer->len; i++) {
		gconstpointer item = g_ptr_array_index(newer, i), before = find(kind, older, kind->name_of(item));
		g_autofree char *what = g_strdup_printf("%s %s", kind->name, kind->name_of(item));
		if (before)
			diff_item(changes, where, kind, before, item);
		else
			add_change(changes, POLICY_NEW, where, what)->to = kind->summary(item);
	}
	diff_order(changes, where, kind, older, newer);
}

/* The settings of an item that are worth a word, in one line: "at start+1bd, tone friendly". */
static char *settings_summary(gconstpointer item, const Setting *settings)
{
	static const char *const unsaid[] = {"false", "close", "approved", NULL};
	GPtrArray *texts = policy_texts_new();
	for (; settings->what; settings++) {
		g_autofree char *text = setting_text(settings, item);
		if (text && !g_strv_contains(unsaid, text))
			g_ptr_array_add(texts, g_strdup_printf("%s %s", settings->what, text));
	}
	return policy_texts_join(texts);
}

static char *names_summary(const Kind *kind, const GPtrArray *items)
{
	g_autofree char *names = common_names(kind, items, items);
	return names ? g_strdup_printf("%s %s", kind->plural, names) : NULL;
}

/* --- calendars --- */

#define CALENDAR_AT(field) offsetof(PolicyCalendar, field)
static const Setting calendar_settings[] = {
	{"timezone", CALENDAR_AT(calendar), policy_zone_text},
	{"work", CALENDAR_AT(calendar), policy_work_text},
	{"countries", CALENDAR_AT(countries), policy_texts_text},
	{"people", CALENDAR_AT(people), policy_selectors_text},
	{0},
};

static const char *calendar_item_name(gconstpointer item)
{
	return calendar_name(((const PolicyCalendar *)item)->calendar);
}

static char *calendar_summary(gconstpointer item)
{
	return settings_summary(item, calendar_settings);
}

static gboolean holds(const GArray *dates, Date date)
{
	for (guint i = 0; i < dates->len; i++)
		if (g_array_index(dates, Date, i).day == date.day)
			return TRUE;
	return FALSE;
}

/* The dates that only the first has: how many, and the first few by name. */
static guint only_in(const GArray *dates, const GArray *others, char **named)
{
	GPtrArray *texts = policy_texts_new();
	guint count = 0;
	for (guint i = 0; i < dates->len; i++) {
		const Date date = g_array_index(dates, Date, i);
		if (holds(others, date))
			continue;
		if (count++ < DAYS_NAMED)
			g_ptr_array_add(texts, date_format(date));
	}
	if (count > DAYS_NAMED)
		g_ptr_array_add(texts, g_strdup("…"));
	*named = policy_texts_join(texts);
	return count;
}

static void diff_holidays(GPtrArray *changes, const char *where, gconstpointer older, gconstpointer newer)
{
	const GArray *before = calendar_holidays(((const PolicyCalendar *)older)->calendar);
	const GArray *after = calendar_holidays(((const PolicyCalendar *)newer)->calendar);
	char *more, *fewer;
	const guint come = only_in(after, before, &more), gone = only_in(before, after, &fewer);
	if (come > 0) {
		PolicyChange *change = add_change(changes, POLICY_MORE, where, "holidays");
		change->count = come;
		change->to = more;
	}
	if (gone > 0) {
		PolicyChange *change = add_change(changes, POLICY_FEWER, where, "holidays");
		change->count = gone;
		change->from = fewer;
	}
}

static const Kind calendar_kind = {"calendar", "calendars", calendar_item_name, calendar_settings, calendar_summary, diff_holidays};

/* --- administrations --- */

#define ADMINISTRATION_AT(field) offsetof(Administration, field)
static const Setting administration_settings[] = {
	{"buyer", ADMINISTRATION_AT(buyers), policy_texts_text},
	{"folder", ADMINISTRATION_AT(folder), policy_plain_text},
	{"calendar", ADMINISTRATION_AT(calendar), policy_plain_text},
	{"ladder", ADMINISTRATION_AT(ladder), policy_plain_text},
	{"roles admin", ADMINISTRATION_AT(admins), policy_selectors_text},
	{"roles auditor", ADMINISTRATION_AT(auditors), policy_selectors_text},
	{"reminders", ADMINISTRATION_AT(reminders), policy_flag_text},
	{0},
};

static const char *administration_name(gconstpointer item)
{
	return ((const Administration *)item)->name;
}

static char *administration_summary(gconstpointer item)
{
	return settings_summary(item, administration_settings);
}

static const Kind administration_kind = {"administration",       "administrations", administration_name, administration_settings,
                                         administration_summary, NULL};

/* --- ladders --- */

#define RUNG_AT(field) offsetof(Rung, field)
static const Setting rung_settings[] = {
	{"at", RUNG_AT(at), policy_time_text},       {"send", 0, policy_send_text},      {"tone", RUNG_AT(tone), policy_tone_text},
	{"to", RUNG_AT(to), policy_selectors_text},  {"cc", RUNG_AT(cc), policy_selectors_text},     {"urgent", RUNG_AT(urgent), policy_flag_text},
	{"anytime", RUNG_AT(anytime), policy_flag_text}, {"every", RUNG_AT(every), policy_every_text}, {"times", RUNG_AT(times), policy_number_text},
	{"add", RUNG_AT(add), policy_selectors_text}, {"reassign", RUNG_AT(reassign), policy_selectors_text},
	{0},
};

static const char *rung_name(gconstpointer item)
{
	return ((const Rung *)item)->name;
}

static char *rung_summary(gconstpointer item)
{
	return settings_summary(item, rung_settings);
}

static const Kind rung_kind = {"rung", "rungs", rung_name, rung_settings, rung_summary, NULL};

static const Setting no_settings[] = {{0}};

static const char *ladder_name(gconstpointer item)
{
	return ((const Ladder *)item)->name;
}

static char *ladder_summary(gconstpointer item)
{
	return names_summary(&rung_kind, ((const Ladder *)item)->rungs);
}

static void diff_rungs(GPtrArray *changes, const char *where, gconstpointer older, gconstpointer newer)
{
	diff_items(changes, where, &rung_kind, ((const Ladder *)older)->rungs, ((const Ladder *)newer)->rungs);
}

static const Kind ladder_kind = {"ladder", "ladders", ladder_name, no_settings, ladder_summary, diff_rungs};

/* --- channels --- */

#define CHANNEL_AT(field) offsetof(Channel, field)
static const Setting channel_settings[] = {
	{"url", CHANNEL_AT(url), policy_plain_text},         {"method", CHANNEL_AT(method), policy_method_text},
	{"headers", CHANNEL_AT(headers), policy_texts_text}, {"body", CHANNEL_AT(body), policy_plain_text},
	{"template", CHANNEL_AT(template), policy_template_text}, {"content_type", CHANNEL_AT(content_type), policy_plain_text},
	{"to", CHANNEL_AT(to), policy_address_text},         {"per", CHANNEL_AT(per), policy_per_text},
	{"timeout", CHANNEL_AT(timeout_s), policy_seconds_text},
	{0},
};

static const char *channel_own_name(gconstpointer item)
{
	return ((const Channel *)item)->name;
}

static char *channel_summary(gconstpointer item)
{
	return settings_summary(item, channel_settings);
}

static const Kind channel_kind = {"channel", "channels", channel_own_name, channel_settings, channel_summary, NULL};

/* --- chains --- */

#define STAGE_AT(field) offsetof(StageRule, field)
static const Setting stage_settings[] = {
	{"approvers", STAGE_AT(approvers), policy_selectors_text}, {"fallback", STAGE_AT(fallback), policy_selectors_text},
	{"need", STAGE_AT(need), policy_need_text},                {"within", STAGE_AT(within), policy_span_text},
	{"at_least", STAGE_AT(at_least), policy_span_text},        {"before", STAGE_AT(before), policy_times_text},
	{"ladder", STAGE_AT(ladder), policy_plain_text},           {"distinct", STAGE_AT(distinct), policy_flag_text},
	{"authority", STAGE_AT(authority_required), policy_authority_text}, {"on_reject", STAGE_AT(back_on_reject), policy_rejection_text},
	{"opens", STAGE_AT(opens_booked), policy_opening_text},
	{0},
};

static const char *stage_name(gconstpointer item)
{
	return ((const StageRule *)item)->name;
}

static char *stage_summary(gconstpointer item)
{
	return settings_summary(item, stage_settings);
}

static const Kind stage_kind = {"stage", "stages", stage_name, stage_settings, stage_summary, NULL};

#define CHAIN_AT(field) offsetof(Chain, field)
static const Setting chain_settings[] = {
	{"when administration", CHAIN_AT(when.administration), policy_texts_text},
	{"when supplier", CHAIN_AT(when.supplier), policy_texts_text},
	{"when kind", CHAIN_AT(when.kind), policy_texts_text},
	{"when cost_centre", CHAIN_AT(when.cost_centre), policy_texts_text},
	{"when buyer_reference", CHAIN_AT(when.buyer_reference), policy_texts_text},
	{"when order", CHAIN_AT(when.order), policy_texts_text},
	{"when currency", CHAIN_AT(when.currency), policy_texts_text},
	{"when min_amount", CHAIN_AT(when.min), policy_money_text},
	{"when max_amount", CHAIN_AT(when.max), policy_money_text},
	{"when accumulated supplier_within", CHAIN_AT(when.accumulated_within), policy_every_text},
	{"when accumulated min_amount", CHAIN_AT(when.accumulated_min), policy_money_text},
	{0},
};

static const char *chain_name(gconstpointer item)
{
	return ((const Chain *)item)->name;
}

static char *chain_summary(gconstpointer item)
{
	g_autofree char *stages = names_summary(&stage_kind, ((const Chain *)item)->stages);
	g_autofree char *when = settings_summary(item, chain_settings);
	return when && stages ? g_strdup_printf("%s; %s", when, stages) : g_strdup(stages);
}

static void diff_stages(GPtrArray *changes, const char *where, gconstpointer older, gconstpointer newer)
{
	diff_items(changes, where, &stage_kind, ((const Chain *)older)->stages, ((const Chain *)newer)->stages);
}

static const Kind chain_kind = {"chain", "chains", chain_name, chain_settings, chain_summary, diff_stages};

/* --- the whole --- */

#define AT(field) offsetof(Policy, field)
static const Setting policy_settings[] = {
	{"default_calendar", AT(default_calendar), policy_plain_text},
	{"slots", AT(slots), policy_slots_text},
	{"grace", AT(grace), policy_span_text},
	{"max_per_day", AT(max_per_day), policy_number_text},
	{"hourly_budget", AT(hourly_budget), policy_number_text},
	{"mass_change", AT(mass_change), policy_number_text},
	{"invites", AT(invites), policy_invites_text},
	{"attach", AT(attach), policy_attach_text},
	{"attach_max_mb", AT(attach_max_mb), policy_number_text},
	{"thanks", AT(thanks), policy_thanks_text},
	{"summary", AT(summary), policy_plain_text},
	{"payment_runs", AT(payment_runs), policy_weekdays_text},
	{"due_days", AT(due_days), policy_number_text},
	{"supplier_terms", AT(supplier_terms), policy_texts_text},
	{"allow_self", AT(allow_self), policy_flag_text},
	{"credit_note_ladder", AT(credit_note_ladder), policy_plain_text},
	{"rates", AT(rates_file), policy_plain_text},
	{0},
};

static char *rate_text(const Rates *rates, const char *currency)
{
	Decimal rate;
	return rates_get(rates, currency, &rate) ? decimal_format(rate, 0) : NULL;
}

static gboolean is_same_rate(const Rates *a, const Rates *b, const char *currency)
{
	Decimal first, second;
	return rates_get(a, currency, &first) && rates_get(b, currency, &second) && !decimal_compare(first, second);
}

static void diff_rates(GPtrArray *changes, const Rates *older, const Rates *newer)
{
	g_autoptr(GPtrArray) before = rates_currencies(older);
	g_autoptr(GPtrArray) after = rates_currencies(newer);
	for (guint i = 0; i < before->len; i++) {
		g_autofree char *what = g_strdup_printf("rate of %s", (const char *)before->pdata[i]);
		if (!rates_has(newer, before->pdata[i]))
			add_change(changes, POLICY_GONE, NULL, what)->from = rate_text(older, before->pdata[i]);
	}
	for (guint i = 0; i < after->len; i++) {
		const char *currency = after->pdata[i];
		if (is_same_rate(older, newer, currency))
			continue;
		g_autofree char *what = g_strdup_printf("rate of %s", currency);
		PolicyChange *change = add_change(changes, rates_has(older, currency) ? POLICY_CHANGED : POLICY_NEW, NULL, what);
		change->from = rate_text(older, currency);
		change->to = rate_text(newer, currency);
	}
}

GPtrArray *policy_diff(const Policy *older, const Policy *newer)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func(policy_change_free);
	diff_settings(changes, NULL, policy_settings, older, newer);
	diff_rates(changes, older->rates, newer->rates);
	diff_items(changes, NULL, &calendar_kind, older->calendars, newer->calendars);
	diff_items(changes, NULL, &administration_kind, older->administrations, newer->administrations);
	diff_items(changes, NULL, &channel_kind, older->channels, newer->channels);
	diff_items(changes, NULL, &ladder_kind, older->ladders, newer->ladders);
	diff_items(changes, NULL, &chain_kind, older->chains, newer->chains);
	return changes;
}
