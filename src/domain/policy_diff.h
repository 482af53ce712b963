/* What tells one policy from another, in rules and not in lines. Pure. */
#ifndef DOMAIN_POLICY_DIFF_H
#define DOMAIN_POLICY_DIFF_H

#include "domain/policy.h"

typedef enum {
	POLICY_CHANGED, /* from one value to another; NULL where it had or has none */
	POLICY_NEW,     /* `to` says what it is */
	POLICY_GONE,
	POLICY_MORE,    /* `count` days more: `to` names them */
	POLICY_FEWER,   /* `count` days fewer: `from` names them */
} PolicyChangeType;

typedef struct {
	PolicyChangeType type;
	char *where; /* "chain it, stage controller"; NULL = the policy as a whole */
	char *what;  /* "within", "rung nudge", "order of stages" */
	char *from, *to;
	guint count;
} PolicyChange;

/* GPtrArray of PolicyChange, owned by the caller: settings of the whole first, then calendars, administrations, ladders and chains in the newer one's order. What is named
 * is known by its name: a rung, stage or chain by another name is another. Empty where both say the same, whatever their texts. */
GPtrArray *policy_diff(const Policy *older, const Policy *newer);

const char *policy_change_name(PolicyChangeType type); /* "changed", "new", "gone", "more", "fewer" */

#endif
