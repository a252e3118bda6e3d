/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/entities.h"

#include "base/regex.h"
#include "base/strbuf.h"

int entities_compile(const struct entity_choice *choice, const struct lifecycle *lc,
                     struct selection *sel, struct err *err)
{
    *sel = (struct selection){NULL, NULL};
    if (choice->process_guid && !lc->linked)
        return err_set(err, "--process-guid is for lifecycles of LRP instances, not for %s",
                       lc->name);
    if (choice->id) {
        sel->id = regex_new(slice_of(choice->id), err);
        if (!sel->id)
            return -1;
    }
    if (choice->process_guid) {
        struct strbuf whole = STRBUF_INIT;

        strbuf_printf(&whole, "^(?:%s)$", choice->process_guid);
        sel->link = regex_new((struct slice){whole.data, whole.len}, err);
        strbuf_release(&whole);
        if (!sel->link)
            return -1;
    }
    return 0;
}

void entities_release(struct selection *sel)
{
    regex_free((struct regex *)(uintptr_t)sel->id);
    regex_free((struct regex *)(uintptr_t)sel->link);
}
