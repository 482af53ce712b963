/* What a server says of itself (RFC 4512, 5.1). */
#ifndef DIRECTORY_ROOT_DSE_H
#define DIRECTORY_ROOT_DSE_H

#include "directory/round.h"

/* Asks for it; borrowed from the round. */
Search *root_dse_ask(Round *round);

/* TRUE where the answer shows a server that knows the rule in-chain, by which it follows groups in groups itself. FALSE with
 * ERROR_CONFIG where it does not, or as the search failed. */
gboolean root_dse_has_in_chain(const Search *root, GError **error);

/* Whether the answer is an Active Directory's; FALSE too where the search failed. */
gboolean root_dse_is_active_directory(const Search *root);

#endif
