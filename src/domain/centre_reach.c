/* A chain's amounts, cut off from below and from above by the chains that stand before it. A hole in their middle does not matter to who is asked. */
#include "domain/centre_reach.h"

#include "base/text.h"

#include <string.h>

/* In minor units; both included. */
typedef struct {
	gint64 from, until;
	const char *currency; /* "": none of the chains says one */
} Amounts;

static gboolean lets_in(const Chain *chain, const char *cost_centre)
{
	const GPtrArray *patterns = chain->has_when ? chain->when.cost_centre : NULL;
	for (guint i = 0; patterns && cost_centre && i < patterns->len; i++)
		if (text_matches(patterns->pdata[i], cost_centre))
			return TRUE;
	return !patterns;
}

static gboolean asks_for_more(const When *when)
{
	return when->administration || when->supplier || when->kind || when->buyer_reference || when->order || when->currency || when->has_accumulated;
}

static const char *currency_of(const Chain *chain)
{
	if (!chain->has_when)
		return "";
	return chain->when.has_max ? chain->when.max.currency : chain->when.has_min ? chain->when.min.currency : "";
}

static Amounts span_of(const Chain *chain)
{
	return (Amounts){
		.from = chain->has_when && chain->when.has_min ? chain->when.min.minor : 0,
		.until = chain->has_when && chain->when.has_max ? chain->when.max.minor : MONEY_MINOR_MAX,
		.currency = currency_of(chain),
	};
}

/* TRUE where something was cut off. */
static gboolean cut(Amounts *left, const Chain *taker)
{
	const Amounts taken = span_of(taker);
	const Amounts before = *left;
	if (*taken.currency && !*left->currency)
		left->currency = taken.currency;
	if (*taken.currency && strcmp(left->currency, taken.currency))
		return FALSE;
	if (taken.from <= left->from && left->from <= taken.until)
		left->from = taken.until + 1;
	if (taken.from <= left->until && left->until <= taken.until)
		left->until = taken.from - 1;
	return left->from != before.from || left->until != before.until;
}

static Money money_of(const Amounts *span, gint64 minor, gint64 no_bound)
{
	Money money = {.minor = minor};
	if (minor != no_bound)
		g_strlcpy(money.currency, span->currency, sizeof money.currency);
	return money;
}

gboolean policy_reach_of_centre(const Policy *policy, guint chain, const char *cost_centre, CentreReach *reach)
{
	Amounts left = span_of(policy->chains->pdata[chain]);
	gboolean again = TRUE;
	if (!lets_in(policy->chains->pdata[chain], cost_centre))
		return FALSE;
	while (again) {
		again = FALSE;
		for (guint i = 0; i < chain && left.from <= left.until; i++) {
			const Chain *taker = policy->chains->pdata[i];
			if (lets_in(taker, cost_centre) && !(taker->has_when && asks_for_more(&taker->when)))
				again = cut(&left, taker) || again;
		}
	}
	reach->least = money_of(&left, left.from, 0);
	reach->most = money_of(&left, left.until, MONEY_MINOR_MAX);
	return left.from <= left.until;
}
