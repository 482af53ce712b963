/* Which invoices come to which chain, from the conditions alone: chains that no invoice can take, and amounts that fall between chains or belong to two. Pure. */
#ifndef DOMAIN_POLICY_REACH_H
#define DOMAIN_POLICY_REACH_H

#include "domain/policy.h"

typedef enum {
	REACH_NEVER,   /* the chains above take every invoice that this one would */
	REACH_GAP,     /* between this one and `other`, which differ in nothing but amounts, some are left to a chain below both */
	REACH_OVERLAP, /* this one says a bound that lies inside `other`, above it, which differs in nothing but amounts */
} ReachType;

typedef struct {
	ReachType type;
	guint chain;       /* the place of the chain that it is about */
	GArray *takers;    /* of guint, ascending: REACH_NEVER: those that take them together; REACH_GAP: the one that gets them. Else empty */
	guint other;
	gboolean at_least; /* REACH_GAP, REACH_OVERLAP: it is this chain's min_amount, else its max_amount */
	Money from, until; /* the amounts, both included */
} Reach;

/* GPtrArray of Reach, owned by the caller, by chain. Each is sure: patterns count as wider only where every text that the one matches is matched by the other, as text_pattern_covers()
 * sees it. Chains with very many conditions (beyond some two thousand combinations) are compared one by one only. */
GPtrArray *policy_reach(const Policy *policy);

#endif
