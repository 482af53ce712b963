/* Stages and approvals as they stand, and what a decision does to them. Pure. */
#ifndef DOMAIN_APPROVAL_H
#define DOMAIN_APPROVAL_H

#include "domain/policy.h"

typedef enum {
	APPROVAL_PENDING,
	APPROVAL_APPROVED,
	APPROVAL_REJECTED,
	APPROVAL_DELEGATED,
	APPROVAL_LAPSED,
} ApprovalState;

const char *approval_state_name(ApprovalState state);
gboolean approval_state_parse(const char *name, ApprovalState *state);

/* A stage of one invoice, fixed when it opened. */
typedef struct {
	char *invoice;
	int ordinal;  /* 1, 2, … over the invoice's life: a restarted chain counts on */
	int position; /* in its chain, from 0 */
	char *chain;
	char *name;
	char *ladder;
	Need need;
	Span within;
	Span at_least;
	GArray *before; /* of TimeExpression */
	int groups;     /* approver groups (one a cost centre): `need` is reached in each */
	gint64 opened;
	gint64 closed;  /* INSTANT_NONE while open */
	char *outcome;  /* reached, rejected, withdrawn, restarted; NULL while open */
	gint64 policy_version;
} Stage;

typedef struct {
	char *id;
	char *invoice;
	int stage;    /* the stage's ordinal */
	int group;    /* from 0 */
	int centre;   /* which of the invoice's cost centres its selectors mean, from 0 */
	char *person; /* opaque person id: whom it was opened for */
	GPtrArray *beside; /* of char *: who else may decide it now (added, deputies); NULL = nobody */
	char *decider;     /* who decided it; NULL = nobody did */
	char *replaces;    /* the approval that it was opened in the place of; NULL = it opened with its stage */
	char *handed;      /* why it was handed on: rung, delegate, not-mine; NULL = it was not */
	ApprovalState state;
	gint64 start;
	gint64 deadline;
	gint64 closed; /* INSTANT_NONE while pending */
} Approval;

Stage *stage_new(void);
void stage_free(Stage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)
Approval *approval_new(void);
void approval_free(Approval *approval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Approval, approval_free)

/* "any", "all", "2". */
char *need_format(Need need);
gboolean need_parse(const char *text, Need *need);

/* How many distinct persons must approve a group of `opened` approvals. */
guint need_count(Need need, guint opened);

/* TRUE where every group (of GPtrArray of const char *: who was asked) can find as many people as `wanted` says of it, though nobody counts in two. */
gboolean need_can_be_met(const GPtrArray *groups, const guint *wanted);

/* Where an invoice stands in its chain: the ordinal and the position of the stage to open next, after its stages (GPtrArray of Stage, by ordinal), of which
 * those from ordinal `began` on are of this chain: what was approved before belongs to an earlier version of the invoice. After a rejection that did not close the
 * invoice it is the stage before. FALSE where one is open. */
gboolean stage_next(const GPtrArray *stages, int began, int *ordinal, int *position);

/* Whether what was approved at `stage` counts for a stage of that position (`distinct`): it has a lower position in the chain that began with ordinal `began`,
 * and was not opened again since. */
gboolean stage_counts_before(const GPtrArray *stages, int began, const Stage *stage, int position);

typedef enum { STAGE_GOES_ON, STAGE_REACHED, STAGE_REJECTED } StageOutcome;

/* How the stage stands after its approvals' states (GPtrArray of Approval, all of this stage): any rejection rejects;
 * reached once every group has its need of distinct persons, by who decided. "all" means as many as the stage opened with: what was handed on still counts,
 * and nobody in its place is one too few. */
StageOutcome stage_outcome(const Stage *stage, const GPtrArray *approvals);

/* Whether those whose approval is pending, or who were put beside them, can still do what is wanted of every group, though nobody decides twice. */
gboolean stage_can_be_met(const Stage *stage, const GPtrArray *approvals);

/* How many people more than those who are asked the group wants. */
guint stage_group_wants(const Stage *stage, const GPtrArray *approvals, int group);

/* The pending approval that a decision of that person fulfils: theirs rather than one that they were added to, and one that leaves to the others what they can still
 * give (a person approves once a stage). NULL where they are not asked. `approvals`: all of this stage. */
const Approval *stage_approval_for(const Stage *stage, const GPtrArray *approvals, const char *person);

/* Whether that person may decide the approval: it was opened for them, or they were put beside. */
gboolean approval_is_for(const Approval *approval, const char *person);

#endif
