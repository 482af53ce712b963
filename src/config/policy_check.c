/* Findings about a well-formed policy. A chain is called unreachable only where an earlier `when` is wider by its text alone:
 * every list of the earlier holds all patterns of the later, every bound leaves it more room. Patterns are not reasoned about. */
#include "config/policy_check.h"

#include <string.h>

typedef struct {
	const Policy *policy;
	Problems *problems;
	const char *origin;
} Check;

static void warn(const Check *check, guint line, const char *setting, const char *wanted)
{
	problems_add(check->problems, FALSE, check->origin, line, setting, NULL, "%s", wanted);
}

/* --- calendars --- */

static void check_holidays(const Check *check, const PolicyCalendar *calendar, const char *setting, Date today)
{
	int year, month, day;
	date_get_ymd(today, &year, &month, &day);
	const gboolean this_year = calendar_holidays_in_year(calendar->calendar, year) > 0;
	const gboolean next_year = calendar_holidays_in_year(calendar->calendar, year + 1) > 0;
	if (this_year && next_year)
		return;
	g_autofree char *wanted =
		this_year || next_year
			? g_strdup_printf("holidays for %d too: its files have none", this_year ? year + 1 : year)
			: g_strdup_printf("holidays for %d and %d: without them people are reminded on holidays", year, year + 1);
	warn(check, calendar->line, setting, wanted);
}

static void check_countries(const Check *check, const PolicyCalendar *calendar, const char *setting)
{
	for (guint i = 0; i < calendar->countries->len; i++) {
		const char *country = g_ptr_array_index(calendar->countries, i);
		for (guint j = 0; j < check->policy->calendars->len; j++) {
			const PolicyCalendar *earlier = g_ptr_array_index(check->policy->calendars, j);
			if (earlier == calendar)
				break;
			if (!g_ptr_array_find_with_equal_func(earlier->countries, country, g_str_equal, NULL))
				continue;
			g_autofree char *wanted = g_strdup_printf("%s in one calendar: %s has it already", country,
			                                          calendar_name(earlier->calendar));
			warn(check, calendar->line, setting, wanted);
		}
	}
}

static void check_calendars(const Check *check, Date today)
{
	for (guint i = 0; i < check->policy->calendars->len; i++) {
		const PolicyCalendar *calendar = g_ptr_array_index(check->policy->calendars, i);
		const char *name = calendar_name(calendar->calendar);
		g_autofree char *setting = g_strconcat("calendars.", name, NULL);
		check_holidays(check, calendar, setting, today);
		check_countries(check, calendar, setting);
		if (calendar->countries->len == 0 && calendar->people->len == 0 &&
		    g_strcmp0(name, check->policy->default_calendar) != 0)
			warn(check, calendar->line, setting, "countries or people: nobody has this calendar");
	}
}

/* --- ladders --- */

/* Of stages that name none. */
static gboolean is_default_ladder(const Policy *policy, const char *ladder)
{
	if (!strcmp(((const Ladder *)g_ptr_array_index(policy->ladders, 0))->name, ladder))
		return TRUE;
	for (guint i = 0; i < policy->administrations->len; i++)
		if (!g_strcmp0(((const Administration *)g_ptr_array_index(policy->administrations, i))->ladder, ladder))
			return TRUE;
	return FALSE;
}

static gboolean is_used(const Policy *policy, const char *ladder)
{
	const gboolean is_default = is_default_ladder(policy, ladder);
	if (!g_strcmp0(policy->credit_note_ladder, ladder))
		return TRUE;
	for (guint i = 0; i < policy->chains->len; i++) {
		const Chain *chain = g_ptr_array_index(policy->chains, i);
		for (guint j = 0; j < chain->stages->len; j++) {
			const char *named = ((const StageRule *)g_ptr_array_index(chain->stages, j))->ladder;
			if (named ? !strcmp(named, ladder) : is_default)
				return TRUE;
		}
	}
	return FALSE;
}

/* A time that hangs on payment runs where there are none: it never comes. */
static void check_payment(const Check *check, TimeExpression time, guint line, const char *setting)
{
	if (time.anchor == ANCHOR_PAYMENT && check->policy->payment_runs == 0)
		warn(check, line, setting, "payment_runs beside it: without them there is no payment to go by");
}

static void check_ladder(const Check *check, const Ladder *ladder)
{
	const guint sendable = check->policy->invites == INVITES_NONE ? SEND_MAIL : SEND_MAIL | SEND_INVITE;
	gboolean sends = FALSE, goes_on = FALSE;
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = g_ptr_array_index(ladder->rungs, i);
		sends = sends || (rung->send & sendable) != 0;
		goes_on = goes_on || (rung->repeats && rung->times == 0);
		g_autofree char *at = g_strdup_printf("ladders.%s[%u].at", ladder->name, i);
		check_payment(check, rung->at, rung->line, at);
	}
	g_autofree char *setting = g_strconcat("ladders.", ladder->name, NULL);
	if (!is_used(check->policy, ladder->name))
		warn(check, ladder->line, setting, "a stage that uses it: none does");
	if (!sends)
		warn(check, ladder->line, setting, "a rung that sends something: nobody is ever reminded");
	else if (!goes_on)
		warn(check, ladder->line, setting,
		     "a rung with every and times = 0: after the last one nobody is reminded any more");
}

/* --- chains --- */

static gboolean holds_all(const GPtrArray *wider, const GPtrArray *patterns)
{
	if (!wider)
		return TRUE;
	for (guint i = 0; patterns && i < patterns->len; i++)
		if (!g_ptr_array_find_with_equal_func((GPtrArray *)wider, g_ptr_array_index(patterns, i), g_str_equal, NULL))
			return FALSE;
	return patterns != NULL;
}

static gboolean bounds_hold(const When *wider, const When *when)
{
	if (wider->has_min &&
	    !(when->has_min && !strcmp(wider->min.currency, when->min.currency) && wider->min.minor <= when->min.minor))
		return FALSE;
	return !wider->has_max ||
	       (when->has_max && !strcmp(wider->max.currency, when->max.currency) && wider->max.minor >= when->max.minor);
}

static gboolean takes_all_of(const Chain *earlier, const Chain *later)
{
	const When *wider = &earlier->when, *when = &later->when;
	if (!earlier->has_when)
		return TRUE;
	return holds_all(wider->supplier, when->supplier) && holds_all(wider->kind, when->kind) &&
	       holds_all(wider->cost_centre, when->cost_centre) && holds_all(wider->buyer_reference, when->buyer_reference) &&
	       holds_all(wider->order, when->order) && holds_all(wider->currency, when->currency) && bounds_hold(wider, when);
}

static void check_reach(const Check *check, guint place)
{
	const Chain *chain = g_ptr_array_index(check->policy->chains, place);
	for (guint i = 0; i < place; i++) {
		const Chain *earlier = g_ptr_array_index(check->policy->chains, i);
		if (!takes_all_of(earlier, chain))
			continue;
		g_autofree char *setting = g_strdup_printf("chains[%u]", place);
		g_autofree char *wanted =
			g_strdup_printf("a place above \"%s\", which takes every invoice that \"%s\" would: it can never match",
		                        earlier->name, chain->name);
		warn(check, chain->line, setting, wanted);
		return;
	}
}

static gboolean is_one_person(const Selector *selector)
{
	while (selector->inner)
		selector = selector->inner;
	return selector->type == SELECTOR_USER;
}

static void check_need(const Check *check, const StageRule *stage, const char *setting)
{
	for (guint i = 0; i < stage->approvers->len; i++)
		if (!is_one_person(g_ptr_array_index(stage->approvers, i)))
			return;
	if (stage->need.type != NEED_NUMBER || stage->need.number <= stage->approvers->len)
		return;
	g_autofree char *wanted =
		g_strdup_printf("at most %u, as many as it can ask: it would always be stuck", stage->approvers->len);
	warn(check, stage->line, setting, wanted);
}

static void check_stage(const Check *check, const StageRule *stage, const char *place)
{
	g_autofree char *need = g_strconcat(place, ".need", NULL);
	check_need(check, stage, need);
	g_autofree char *before = g_strconcat(place, ".before", NULL);
	for (guint i = 0; i < stage->before->len; i++)
		check_payment(check, g_array_index(stage->before, TimeExpression, i), stage->line, before);
}

static void check_chains(const Check *check)
{
	for (guint i = 0; i < check->policy->chains->len; i++) {
		const Chain *chain = g_ptr_array_index(check->policy->chains, i);
		check_reach(check, i);
		for (guint j = 0; j < chain->stages->len; j++) {
			g_autofree char *place = g_strdup_printf("chains[%u].stages[%u]", i, j);
			check_stage(check, g_ptr_array_index(chain->stages, j), place);
		}
	}
}

void policy_check_warnings(const Policy *policy, Date today, Problems *problems, const char *origin)
{
	const Check check = {.policy = policy, .problems = problems, .origin = origin};
	check_calendars(&check, today);
	for (guint i = 0; i < policy->ladders->len; i++)
		check_ladder(&check, g_ptr_array_index(policy->ladders, i));
	check_chains(&check);
}

/* --- against akkoord.conf --- */

static gboolean has_lookup(const Settings *settings, const char *name)
{
	for (guint i = 0; i < settings->lookups->len; i++)
		if (!strcmp(((const LookupSettings *)g_ptr_array_index(settings->lookups, i))->name, name))
			return TRUE;
	return FALSE;
}

static gboolean is_own_address(const Settings *settings, const char *address)
{
	return !g_ascii_strcasecmp(address, settings->mail_from_address) || !g_ascii_strcasecmp(address, settings->mail_bounce);
}

void selector_check_settings(const Selector *selector, const Settings *settings, Problems *problems, const char *origin,
                             guint line, const char *setting)
{
	g_autofree char *found = selector_format(selector);
	while (selector->inner)
		selector = selector->inner;
	if (selector->type == SELECTOR_LOOKUP && !has_lookup(settings, selector->argument))
		problems_add(problems, TRUE, origin, line, setting, found, "a lookup that directory.lookups of %s defines",
		             settings->path);
	if (selector->type == SELECTOR_MAIL && is_own_address(settings, selector->argument))
		problems_add(problems, TRUE, origin, line, setting, found, "an address other than Akkoord's own");
}

typedef struct {
	const Settings *settings;
	Problems *problems;
	const char *origin;
	guint line;
} Against;

static void check_selectors(const Against *against, const GPtrArray *selectors, const char *prefix, const char *member)
{
	for (guint i = 0; i < selectors->len; i++) {
		g_autofree char *setting = g_strdup_printf("%s.%s[%u]", prefix, member, i);
		selector_check_settings(g_ptr_array_index(selectors, i), against->settings, against->problems, against->origin,
		                        against->line, setting);
	}
}

static void check_ladder_against(Against *against, const Ladder *ladder)
{
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = g_ptr_array_index(ladder->rungs, i);
		g_autofree char *prefix = g_strdup_printf("ladders.%s[%u]", ladder->name, i);
		against->line = rung->line;
		check_selectors(against, rung->to, prefix, "to");
		check_selectors(against, rung->cc, prefix, "cc");
	}
}

static void check_chain_against(Against *against, const Chain *chain, guint place)
{
	for (guint i = 0; i < chain->stages->len; i++) {
		const StageRule *stage = g_ptr_array_index(chain->stages, i);
		g_autofree char *prefix = g_strdup_printf("chains[%u].stages[%u]", place, i);
		against->line = stage->line;
		check_selectors(against, stage->approvers, prefix, "approvers");
		check_selectors(against, stage->fallback, prefix, "fallback");
	}
}

/* Amounts in another currency than this can be compared only by a rate. */
static void check_currency_of(const Against *against, const Policy *policy, const char *currency, const char *prefix, const char *member)
{
	if (currency_exponent(currency) < 0 || !g_strcmp0(currency, against->settings->currency) || rates_has(policy->rates, currency))
		return;
	g_autofree char *setting = g_strconcat(prefix, ".", member, NULL);
	problems_add(against->problems, FALSE, against->origin, against->line, setting, currency,
	             "a rate for it in rates: without one, invoices are stuck where it is compared with another currency");
}

static void check_when_against(Against *against, const Policy *policy, const Chain *chain, guint place)
{
	const When *when = &chain->when;
	g_autofree char *prefix = g_strdup_printf("chains[%u].when", place);
	against->line = chain->line;
	for (guint i = 0; when->currency && i < when->currency->len; i++)
		check_currency_of(against, policy, g_ptr_array_index(when->currency, i), prefix, "currency");
	if (when->has_min || when->has_max)
		check_currency_of(against, policy, when->has_min ? when->min.currency : when->max.currency, prefix,
		                  when->has_min ? "min_amount" : "max_amount");
}

void policy_check_settings(const Policy *policy, const Settings *settings, Problems *problems, const char *origin)
{
	Against against = {.settings = settings, .problems = problems, .origin = origin};
	for (guint i = 0; i < policy->ladders->len; i++)
		check_ladder_against(&against, g_ptr_array_index(policy->ladders, i));
	for (guint i = 0; i < policy->chains->len; i++) {
		check_chain_against(&against, g_ptr_array_index(policy->chains, i), i);
		check_when_against(&against, policy, g_ptr_array_index(policy->chains, i), i);
	}
}
