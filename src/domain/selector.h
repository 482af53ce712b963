/* Selectors: user(uid), group(name), lookup(name), manager(selector[, n]), mail(address), and `approver` as
 * a recipient (DESIGN.md, "Approver resolution"). */
#ifndef DOMAIN_SELECTOR_H
#define DOMAIN_SELECTOR_H

#include <glib.h>

typedef enum {
	SELECTOR_USER,
	SELECTOR_GROUP,
	SELECTOR_LOOKUP,
	SELECTOR_MANAGER,
	SELECTOR_MAIL,
	SELECTOR_APPROVER, /* only as a recipient or inside manager() of one */
} SelectorType;

typedef struct Selector Selector;
struct Selector {
	SelectorType type;
	char *argument;  /* uid, group, lookup, address; NULL for manager and approver */
	Selector *inner; /* manager's */
	int levels;      /* manager's, at least 1 */
};

/* name [ ( argument {, argument} ) ]; a name with a comma, quote or parenthesis stands in double quotes (doubled
 * inside). ERROR_INVALID says at which character and what was expected; nesting at most 8. */
Selector *selector_parse(const char *text, GError **error);
/* The same; on failure *at is the byte where something else was expected, from 0. */
Selector *selector_parse_at(const char *text, gsize *at, GError **error);
void selector_free(Selector *selector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selector, selector_free)
char *selector_format(const Selector *selector); /* canonical text; owned by the caller */
gboolean selector_names_approver(const Selector *selector);

#endif
