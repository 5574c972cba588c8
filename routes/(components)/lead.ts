/** Attributes that lead to what is told of a form whoever sent it: it may stand far down the page. */
export interface Lead {
  tabIndex?: number;
  autofocus?: boolean;
}

/** @param action Where the form is sent to. Where that leads to a place itself, browsers refuse to be led to another. */
export function leadOf(action: string): Lead {
  return action.includes("#") ? {} : { tabIndex: -1, autofocus: true };
}
