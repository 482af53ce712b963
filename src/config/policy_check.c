/* Findings about a well-formed policy, alone and beside akkoord.conf. Which invoices come to which chain is domain/policy_reach.h's. */
#include "config/policy_check.h"

#include "domain/policy_reach.h"

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

/* Of everybody whom no other fits, or of those in an administration. */
static gboolean is_usual_calendar(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->administrations->len; i++)
		if (!g_strcmp0(((const Administration *)g_ptr_array_index(policy->administrations, i))->calendar, name))
			return TRUE;
	return !g_strcmp0(name, policy->default_calendar);
}

static void check_calendars(const Check *check, Date today)
{
	for (guint i = 0; i < check->policy->calendars->len; i++) {
		const PolicyCalendar *calendar = g_ptr_array_index(check->policy->calendars, i);
		const char *name = calendar_name(calendar->calendar);
		g_autofree char *setting = g_strconcat("calendars.", name, NULL);
		check_holidays(check, calendar, setting, today);
		check_countries(check, calendar, setting);
		if (calendar->countries->len == 0 && calendar->people->len == 0 && !is_usual_calendar(check->policy, name))
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

static gboolean names_somebody_else(const GPtrArray *selectors)
{
	for (guint i = 0; i < selectors->len; i++)
		if (((const Selector *)g_ptr_array_index(selectors, i))->type != SELECTOR_APPROVER)
			return TRUE;
	return FALSE;
}

/* Whether anybody beyond the approver ever hears of it. */
static gboolean tells_others(const Ladder *ladder)
{
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = g_ptr_array_index(ladder->rungs, i);
		if (rung->add->len > 0 || rung->reassign->len > 0 || names_somebody_else(rung->to) || names_somebody_else(rung->cc))
			return TRUE;
	}
	return FALSE;
}

static void check_ladder(const Check *check, const Ladder *ladder)
{
	const guint sendable = SEND_MAIL | SEND_HOOK | (check->policy->invites == INVITES_NONE ? 0 : SEND_INVITE);
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
		     tells_others(ladder) ? "a rung with every and times = 0: after the last one nobody is reminded any more"
		                          : "a rung with every and times = 0, or one that tells somebody else: after the last one nobody is reminded any more, and "
		                            "nobody but the approver ever knew");
}

/* --- chains --- */

static const Chain *chain_at(const Check *check, guint place)
{
	return g_ptr_array_index(check->policy->chains, place);
}

/* ""a", "b" and "c"" */
static char *names_of(const Check *check, const GArray *places)
{
	GString *names = g_string_new(NULL);
	for (guint i = 0; i < places->len; i++)
		g_string_append_printf(names, "%s\"%s\"", i == 0 ? "" : i + 1 == places->len ? " and " : ", ",
		                       chain_at(check, g_array_index(places, guint, i))->name);
	return g_string_free(names, FALSE);
}

static void warn_never(const Check *check, const Reach *reach)
{
	const Chain *chain = chain_at(check, reach->chain);
	g_autofree char *setting = g_strdup_printf("chains[%u]", reach->chain);
	g_autofree char *takers = names_of(check, reach->takers);
	g_autofree char *wanted = g_strdup_printf("a place above %s, which %s every invoice that \"%s\" would: it can never match", takers,
	                                          reach->takers->len > 1 ? "together take" : "takes", chain->name);
	warn(check, chain->line, setting, wanted);
}

/* "those of 1.00 EUR", "those from 1.00 EUR to 2.00 EUR" */
static char *those_of(const Reach *reach)
{
	g_autofree char *from = money_format(reach->from), *until = money_format(reach->until);
	return reach->from.minor == reach->until.minor ? g_strdup_printf("those of %s", from) : g_strdup_printf("those from %s to %s", from, until);
}

static void warn_of_bound(const Check *check, const Reach *reach)
{
	const Chain *chain = chain_at(check, reach->chain), *other = chain_at(check, reach->other);
	const char *member = reach->at_least ? "min_amount" : "max_amount";
	g_autofree char *setting = g_strdup_printf("chains[%u].when.%s", reach->chain, member);
	g_autofree char *found = money_format(reach->at_least ? chain->when.min : chain->when.max);
	g_autofree char *those = those_of(reach);
	if (reach->type == REACH_GAP)
		problems_add(check->problems, FALSE, check->origin, chain->line, setting, found,
		             "an amount that leaves no gap to \"%s\": %s take chain \"%s\"", other->name, those,
		             chain_at(check, g_array_index(reach->takers, guint, 0))->name);
	else
		problems_add(check->problems, FALSE, check->origin, chain->line, setting, found, "an amount outside \"%s\": %s take that chain, which stands above",
		             other->name, those);
}

static void check_reach(const Check *check)
{
	g_autoptr(GPtrArray) found = policy_reach(check->policy);
	for (guint i = 0; i < found->len; i++) {
		const Reach *reach = g_ptr_array_index(found, i);
		if (reach->type == REACH_NEVER)
			warn_never(check, reach);
		else
			warn_of_bound(check, reach);
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

static void check_first_stage(const Check *check, const Chain *chain, guint place)
{
	const StageRule *first = g_ptr_array_index(chain->stages, 0);
	g_autofree char *setting = g_strdup_printf("chains[%u].stages[0].on_reject", place);
	if (first->back_on_reject)
		problems_add(check->problems, FALSE, check->origin, first->line, setting, "previous",
		             "close: there is no stage before the first, so that a rejection closes the invoice");
}

static void check_chains(const Check *check)
{
	check_reach(check);
	for (guint i = 0; i < check->policy->chains->len; i++) {
		const Chain *chain = g_ptr_array_index(check->policy->chains, i);
		check_first_stage(check, chain, i);
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

void selector_check_settings(const Selector *selector, const Settings *settings, Problems *problems, const char *origin,
                             guint line, const char *setting)
{
	g_autofree char *found = selector_format(selector);
	while (selector->inner)
		selector = selector->inner;
	if (selector->type == SELECTOR_LOOKUP && !settings_lookup(settings, selector->argument))
		problems_add(problems, TRUE, origin, line, setting, found, "a lookup that directory.lookups of %s defines",
		             settings->path);
	if (selector->type == SELECTOR_MAIL && settings_is_own_address(settings, selector->argument))
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
		check_selectors(against, rung->add, prefix, "add");
		check_selectors(against, rung->reassign, prefix, "reassign");
	}
}

static void check_authority(const Against *against, const StageRule *stage, const char *prefix)
{
	g_autofree char *setting = g_strconcat(prefix, ".authority", NULL);
	if (stage->authority_required && !against->settings->person_authority)
		problems_add(against->problems, TRUE, against->origin, against->line, setting, "required",
		             "directory.person.authority in %s beside it: without it nobody has an authority, and every invoice is stuck here",
		             against->settings->path);
}

static void check_chain_against(Against *against, const Chain *chain, guint place)
{
	for (guint i = 0; i < chain->stages->len; i++) {
		const StageRule *stage = g_ptr_array_index(chain->stages, i);
		g_autofree char *prefix = g_strdup_printf("chains[%u].stages[%u]", place, i);
		against->line = stage->line;
		check_selectors(against, stage->approvers, prefix, "approvers");
		check_selectors(against, stage->fallback, prefix, "fallback");
		check_authority(against, stage, prefix);
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
	if (when->has_accumulated)
		check_currency_of(against, policy, when->accumulated_min.currency, prefix, "accumulated.min_amount");
}

static void check_channel_against(const Against *against, const Channel *channel)
{
	const ChannelAccess *access = settings_channel(against->settings, channel->name);
	g_autofree char *setting = g_strdup_printf("channels.%s.url", channel->name);
	if (access && !channel_access_allows(access, channel->url))
		problems_add(against->problems, TRUE, against->origin, channel->line, setting, channel->url, "a URL of the host %s, which akkoord.conf lets it call", access->host);
	else if (!access)
		problems_add(against->problems, FALSE, against->origin, channel->line, setting, channel->url,
		             "channels.%s in akkoord.conf, which lets it be called: until then what is to go by it goes by mail", channel->name);
	if (channel->to == ADDRESS_MOBILE && !against->settings->person_mobile)
		problems_add(against->problems, FALSE, against->origin, channel->line, setting, NULL,
		             "directory.person.mobile in akkoord.conf, which says where numbers are: until then what is to go by it goes by mail");
}

void policy_check_settings(const Policy *policy, const Settings *settings, Problems *problems, const char *origin)
{
	Against against = {.settings = settings, .problems = problems, .origin = origin};
	for (guint i = 0; i < policy->ladders->len; i++)
		check_ladder_against(&against, g_ptr_array_index(policy->ladders, i));
	for (guint i = 0; i < policy->channels->len; i++)
		check_channel_against(&against, g_ptr_array_index(policy->channels, i));
	for (guint i = 0; i < policy->chains->len; i++) {
		check_chain_against(&against, g_ptr_array_index(policy->chains, i), i);
		check_when_against(&against, policy, g_ptr_array_index(policy->chains, i), i);
	}
}
