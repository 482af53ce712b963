/* What a new policy changes for what is on its way, as `policy apply` and `policy check --open` print it. */
#ifndef CLI_POLICY_PREVIEW_H
#define CLI_POLICY_PREVIEW_H

#include "rehearse/preview.h"

/* In words: what changes, ladder by ladder and rung by rung, each with its times before and after and up to five examples. */
void cli_print_preview(Session *session, const Preview *preview);

/* One record a line: {"effect", "where", "what", "from", "to", "approvals" or "invoices": how many, "before" and "after": {"first", "last"}, "examples":
 * [{"invoice", "approver", "before", "after"}]}. */
void cli_print_preview_records(const Preview *preview);

#endif
