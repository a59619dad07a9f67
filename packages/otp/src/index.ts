/** OTP for TypeScript: behaviours and supervision on the processes of `@agner/vm`. */
export {};
