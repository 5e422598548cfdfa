"""How ``pad-tensors`` keeps padding in the tensors between contractions."""
