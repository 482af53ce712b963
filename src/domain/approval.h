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
	gint64 closed; /* INSTANT_NONE while open */
	gint64 policy_version;
} Stage;

typedef struct {
	char *id;
	char *invoice;
	int stage;    /* the stage's ordinal */
	int group;    /* from 0 */
	char *person; /* opaque person id */
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

/* The ordinal with which the chain began that the invoice is on now (GPtrArray of Stage, by ordinal): what was approved before belongs to
 * an earlier version of the invoice. 1 where no stage opened yet. */
int stages_began(const GPtrArray *stages);

typedef enum { STAGE_GOES_ON, STAGE_REACHED, STAGE_REJECTED } StageOutcome;

/* How the stage stands after its approvals' states (GPtrArray of Approval, all of this stage): any rejection rejects;
 * reached once every group has its need of distinct persons. */
StageOutcome stage_outcome(const Stage *stage, const GPtrArray *approvals);

/* The group in which that person's approval is to count, of those where theirs is pending: one that leaves to the others what they can still
 * give (a person approves once a stage). -1 where none is pending. `approvals`: all of this stage. */
int stage_group_for(const Stage *stage, const GPtrArray *approvals, const char *person);

#endif
